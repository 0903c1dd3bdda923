package io.forbear.retry.core.call;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.DoorGate;
import io.forbear.retry.core.fixture.Flow;
import io.forbear.retry.core.fixture.Flow.Outcome;
import io.forbear.retry.core.fixture.Flow.Shell;
import io.forbear.retry.core.fixture.ToldBreaker;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Over any script of calls: what the budgets have lost is what attempts cost that were really made beyond the first.
 */
class SpentTokensPropertiesTest {

    /** What comes between a retry that was granted and the attempt. */
    enum Waking {
        NOTHING,
        TOO_LATE,
        BREAKER_OPEN,
        GATE_SHUT,
        GIVEN_UP,
        REJECTED
    }

    private enum Ending {
        SUCCEEDS(null),
        FAILS(Outcome.failure(Classification.of(SERVER_ERROR))),
        TIMES_OUT(Outcome.failure(Classification.of(TIMEOUT))),
        IS_THROTTLED(Outcome.failure(Classification.of(RATE_LIMIT).pushback(ofMillis(300)))),
        IS_A_BAD_RESULT(Outcome.badResult(Classification.of(TIMEOUT))),
        IS_PUSHED_BACK(Outcome.failure(Classification.of(SERVER_ERROR).doNotRetry())),
        IS_WRONG(Outcome.failure(Classification.of(CLIENT_ERROR))),
        IS_FATAL(Outcome.never(new StackOverflowError("of the test"))),
        IS_CANCELLED(Outcome.never(new CancellationException("of the test")));

        private final Outcome outcome;

        Ending(@org.jspecify.annotations.Nullable Outcome outcome) {
            this.outcome = outcome == null ? Outcome.SUCCESS : outcome;
        }
    }

    /**
     * One call.
     *
     * @param client its number, {@link #CLIENTS} for a call without one
     */
    record Call(int client, Criticality criticality, boolean probing, List<Ending> endings, List<Waking> wakings) {}

    private static final int CLIENTS = 4;
    private static final int SERVICE_TOKENS = 40;
    private static final int CLIENT_TOKENS = 12;

    @Provide
    Arbitrary<List<Call>> scripts() {
        Arbitrary<Ending> endings = Arbitraries.frequencyOf(
                Tuple.of(
                        12,
                        Arbitraries.of(Ending.FAILS, Ending.TIMES_OUT, Ending.IS_THROTTLED, Ending.IS_A_BAD_RESULT)),
                Tuple.of(2, Arbitraries.just(Ending.SUCCEEDS)),
                Tuple.of(1, Arbitraries.of(Ending.values())));
        Arbitrary<Waking> wakings = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(Waking.NOTHING)), Tuple.of(1, Arbitraries.of(Waking.values())));
        return Combinators.combine(
                        Arbitraries.integers().between(0, CLIENTS),
                        Arbitraries.of(Criticality.values()),
                        Arbitraries.frequency(Tuple.of(9, false), Tuple.of(1, true)),
                        endings.list().ofMinSize(1).ofMaxSize(6),
                        wakings.list().ofMaxSize(5))
                .as(Call::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    private static long serviceCost(ErrorCategory category) {
        return category == RATE_LIMIT ? 3 : category == TIMEOUT ? 2 : 1;
    }

    private static long clientCost(ErrorCategory category) {
        return category == TIMEOUT ? 4 : 1;
    }

    /** What happened, told apart from all that the library counts. */
    private static final class Ledger {
        private final ToldBreaker breaker = new ToldBreaker();
        private final DoorGate gate = new DoorGate();
        private final Flow flow;
        private final long[] spentByClient = new long[CLIENTS + 1];
        private long spent;
        private int client;
        private ErrorCategory last = CLIENT_ERROR;
        private Iterator<Waking> wakings = List.<Waking>of().iterator();

        private Ledger(Shell shell) {
            Duration year = Duration.ofDays(365);
            RetryPolicy policy = RetryPolicy.builder()
                    .maxAttempts(5)
                    .backoff(Backoff.fixed(ofMillis(50)).jitter(Jitter.none()))
                    .on(RATE_LIMIT, p -> p.backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none())))
                    .deadline(Duration.ofSeconds(60))
                    .build();
            flow = new Flow(
                    shell,
                    policy,
                    RetryBudgets.tokenBucket(SERVICE_TOKENS)
                            .refill(0.001, year)
                            .cost(RATE_LIMIT, serviceCost(RATE_LIMIT))
                            .cost(TIMEOUT, serviceCost(TIMEOUT))
                            .reserveForCritical(0.25),
                    builder -> builder.circuitBreaker((name, clock) -> breaker)
                            .clientBudget(RetryBudgets.tokenBucket(CLIENT_TOKENS)
                                    .refill(0.001, year)
                                    .cost(TIMEOUT, clientCost(TIMEOUT))
                                    .maxSharePerCall(0.5))
                            .gate(clock -> gate));
            flow.duringAttempt = this::attempt;
            flow.atWaking = this::wakes;
        }

        private void attempt() {
            if (flow.numbers.get(flow.numbers.size() - 1) > 1) {
                spent += serviceCost(last);
                spentByClient[client] += clientCost(last);
            }
        }

        private void wakes() throws InterruptedException {
            switch (wakings.hasNext() ? wakings.next() : Waking.NOTHING) {
                case NOTHING -> {}
                case TOO_LATE -> flow.clock.advance(Duration.ofSeconds(60));
                case BREAKER_OPEN -> breaker.open = true;
                case GATE_SHUT -> gate.refuses = true;
                case GIVEN_UP -> givesUp();
                case REJECTED -> throw new RejectedExecutionException("of the test");
            }
        }

        private void givesUp() throws InterruptedException {
            if (flow.running instanceof CompletableFuture<?> future) {
                future.cancel(true);
            } else if (flow.running instanceof RetryCall call) {
                call.abandoned();
            } else {
                throw new InterruptedException();
            }
        }

        private void make(Call call) throws InterruptedException {
            breaker.open = false;
            breaker.probing = call.probing();
            gate.refuses = false;
            client = call.client();
            wakings = call.wakings().iterator();
            Retry whose = client == CLIENTS ? flow.retry : flow.retry.forClient(name(client));
            flow.caller = whose.with(CallOptions.defaults().criticality(call.criticality()));
            Iterator<Ending> endings = call.endings().iterator();
            try {
                flow.call(new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return endings.hasNext();
                    }

                    @Override
                    public Outcome next() {
                        Outcome outcome = endings.next().outcome;
                        Classification failure = outcome.failure();
                        last = failure == null ? CLIENT_ERROR : failure.category();
                        return outcome;
                    }
                });
            } catch (RejectedExecutionException abandons) {
                ((RetryCall) flow.running).close(); // who makes decisions only has nobody that could reject
            } finally {
                Thread.interrupted();
            }
        }

        private static String name(int client) {
            return "client-" + client;
        }

        private void balances() {
            assertThat(SERVICE_TOKENS - flow.tokens())
                    .as("the service's tokens")
                    .isEqualTo(spent);
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(CLIENT_TOKENS
                                - flow.retry
                                        .forClient(name(i))
                                        .clientSnapshot()
                                        .orElseThrow()
                                        .budgetRemaining())
                        .as(name(i) + "'s tokens")
                        .isEqualTo(spentByClient[i]);
            }
        }
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void tokensSpentAreThoseOfAttemptsMadeBeyondTheFirst(@ForAll("scripts") List<Call> script, @ForAll Shell shell)
            throws InterruptedException {
        Ledger ledger = new Ledger(shell);

        for (Call call : script) {
            ledger.make(call);
            ledger.balances();
        }

        RetrySnapshot figures = ledger.flow.retry.snapshot();
        assertThat(figures.calls()).isEqualTo(script.size());
        assertThat(figures.attempts()).isEqualTo(ledger.flow.numbers.size());
        assertThat(ledger.breaker.settled).as("one end for each permit").hasSize(ledger.flow.numbers.size());
        assertThat(ledger.flow.scheduler.pending()).isZero();
    }
}
