package io.forbear.retry.benchmarks;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.client.TopClients;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost a call that the clients which fail most are known: one that succeeds, and one that fails? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class OperationsBenchmark {

    private static final int MANY = 1 << 10;

    /** A service, with and without. */
    @State(Scope.Benchmark)
    public static class Calls {

        /** How many clients are told; zero for none. */
        @Param({"0", "10"})
        public int topClients;

        private final IOException down = new IOException("down");

        @Nullable
        Retry tenant;

        /** Makes the service; one attempt, so that a failure is one failed attempt and nothing more. */
        @Setup
        public void make() {
            tenant = Retries.named("users")
                    .policy(RetryPolicy.builder()
                            .maxAttempts(1)
                            .backoff(Backoff.none())
                            .build())
                    .withoutCircuitBreaker()
                    .topClients(topClients)
                    .build()
                    .forClient("tenant");
        }
    }

    /** The rankings alone. */
    @State(Scope.Benchmark)
    public static class Rankings {

        private final ClientTable table = new ClientTable(MANY, null, () -> 0);
        private final Client[] clients = new Client[MANY];
        private final String[] ids = new String[MANY];
        private final TopClients top = new TopClients(10);
        private int next;

        /** Makes the clients. */
        @Setup
        public void make() {
            for (int i = 0; i < MANY; i++) {
                ids[i] = "tenant " + i;
                clients[i] = table.get(ids[i]);
            }
        }
    }

    /** A call that succeeds at once. */
    @Benchmark
    public Object success(Calls calls) throws IOException {
        return Objects.requireNonNull(calls.tenant).<Object, IOException>call(() -> calls);
    }

    /** A call whose only attempt fails. */
    @Benchmark
    public Object failure(Calls calls) {
        try {
            return Objects.requireNonNull(calls.tenant).<Object, IOException>call(() -> {
                throw calls.down;
            });
        } catch (IOException expected) {
            return expected;
        }
    }

    /** A failed attempt of a client that has a counter. */
    @Benchmark
    public void failedOfOneClient(Rankings rankings) {
        rankings.top.failed(rankings.clients[7], rankings.ids[7], 0);
    }

    /** Failed attempts of so many clients in turn that nearly each takes over a counter: the worst case. */
    @Benchmark
    public void failedOfManyClients(Rankings rankings) {
        int i = rankings.next++ & MANY - 1;
        rankings.top.failed(rankings.clients[i], rankings.ids[i], 0);
    }
}
