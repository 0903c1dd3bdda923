package io.forbear.examples;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;

/** A budget for each tenant: one that fails all the time does not take the retries of the others. */
final class Tenants {

    private final Retry reports = Retries.named("report-service")
            .clientBudget(RetryBudgets.tokenBucket(10).refill(10, Duration.ofMinutes(1)))
            .budget(RetryBudgets.ratio(0.1).minPerSecond(5))
            .maxClients(1_000)
            .build();

    String report(String tenant, Source source) {
        return reports.forClient(tenant).call(source::read);
    }

    double tokensLeft(String tenant) {
        return reports.forClient(tenant).snapshot().budgetRemaining();
    }

    Retry retry() {
        return reports;
    }

    /** Where reports come from. */
    interface Source {
        String read();
    }

    public static void main(String[] args) {
        Tenants tenants = new Tenants();
        for (int call = 0; call < 3; call++) {
            try {
                tenants.report("tenant-42", () -> {
                    throw new UncheckedIOException(new SocketException("connection reset"));
                });
            } catch (UncheckedIOException expected) {
                System.out.println("tenant-42 has " + tenants.tokensLeft("tenant-42") + " tokens left");
            }
        }
        System.out.println("tenant-43 has " + tenants.tokensLeft("tenant-43"));
    }
}
