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
            .clientBudget(RetryBudgets.tokenBucket(4).refill(4, Duration.ofMinutes(1)))
            .budget(RetryBudgets.ratio(0.1).minPerSecond(5))
            .maxClients(1_000)
            .build();

    String report(String tenant, Source source) {
        return reports.forClient(tenant).call(source::read);
    }

    /** Makes a call and returns how many attempts the tenant was allowed. */
    int attempts(String tenant, Source source) {
        return reports.forClient(tenant).callForOutcome(source::read).attempts();
    }

    /** Where reports come from. */
    interface Source {
        String read();
    }

    public static void main(String[] args) {
        Tenants tenants = new Tenants();
        Source broken = () -> {
            throw new UncheckedIOException(new SocketException("connection reset"));
        };
        for (int call = 0; call < 3; call++) {
            System.out.println("tenant-42: " + tenants.attempts("tenant-42", broken) + " attempts");
        }
        System.out.println("tenant-43: " + tenants.attempts("tenant-43", broken) + " attempts");
    }
}
