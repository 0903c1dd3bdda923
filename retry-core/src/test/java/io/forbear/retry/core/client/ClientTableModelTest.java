package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The evictions of a table that is too small, and the budgets, after any sequence of commands. */
class ClientTableModelTest {

    private static final int IDS = 7;
    private static final ClientBudget BUDGET = new ClientBudget(3_000, 1_000, 1_000_000_000L);

    enum Kind {
        GET,
        SUCCEED,
        FAIL,
        WITHDRAW,
        REFUND,
        PASS
    }

    record Step(Kind kind, int id, int count) {}

    /** The model of one id: its bucket always, its window while it is in the table. */
    private static final class Known {
        final NaiveBucket bucket = new NaiveBucket(BUDGET, 0);
        final Deque<Boolean> window = new ArrayDeque<>();
        boolean tracked;
        int searches;

        void record(boolean success) {
            searches = 0;
            window.addLast(success);
            if (window.size() > Outcomes.WINDOW) {
                window.removeFirst();
            }
        }

        boolean full() {
            return bucket.balanceMilli() == BUDGET.capacityMilli();
        }

        boolean hasNoFailure() {
            return !window.contains(false);
        }

        /** The rank of the model: a failure counts less than one more operation in the window. */
        int evictionRank() {
            return window.size() == Outcomes.WINDOW && hasNoFailure()
                    ? 100
                    : 2 * window.size() + (hasNoFailure() ? 0 : 1);
        }
    }

    private final List<Known> known = new ArrayList<>();
    private final Map<Client, NaiveBucket> shared = new IdentityHashMap<>();
    private long now;

    @Property(tries = 1000)
    void noClientIsEvictedWithABucketInUseOrAFailureThatWasNotPassedOver(
            @ForAll @IntRange(min = 1, max = 4) int limit, @ForAll("steps") List<Step> steps) {
        now = 0;
        ClientTable table = new ClientTable(limit, BUDGET, () -> now);
        shared.clear();
        known.clear();
        for (int id = 0; id < IDS; id++) {
            known.add(new Known());
        }
        for (Step step : steps) {
            for (int i = 0; i < step.count(); i++) {
                run(table, step, limit);
                assertThat(table.tracked()).isLessThanOrEqualTo(limit);
            }
        }
    }

    private void run(ClientTable table, Step step, int limit) {
        if (step.kind() == Kind.PASS) {
            now += 250_000_000;
            known.forEach(each -> each.bucket.pass(250_000_000));
            shared.values().forEach(each -> each.pass(250_000_000));
            return;
        }
        Known one = known.get(step.id());
        boolean search = !one.tracked && table.tracked() == limit;
        int least = known.stream()
                .filter(each -> each.tracked && each.full() && each.hasNoFailure())
                .mapToInt(Known::evictionRank)
                .min()
                .orElse(100);
        Client client = table.get("id-" + step.id());
        known.forEach(each -> each.searches += search ? 1 : 0);
        look(table, least);
        assertThat(client.isOverflow()).isEqualTo(!one.tracked);
        NaiveBucket bucket =
                one.tracked ? one.bucket : shared.computeIfAbsent(client, ignored -> new NaiveBucket(BUDGET, now));
        switch (step.kind()) {
            case SUCCEED -> {
                client.succeeded(1);
                one.record(true);
            }
            case FAIL -> {
                client.failed(1);
                one.record(false);
            }
            case WITHDRAW -> {
                boolean granted = client.tryWithdraw(1_000, 0, now) == 1_000;
                assertThat(granted).isEqualTo(bucket.withdraw(1_000, 0));
                one.searches = granted ? 0 : one.searches;
            }
            case REFUND -> {
                client.refund(1_000, now);
                bucket.refund(1_000);
            }
            default -> {}
        }
        assertThat(client.balanceMilli(now)).isEqualTo(bucket.balanceMilli());
    }

    /** Compares the table with the model; each client that was evicted since was evictable. */
    private void look(ClientTable table, int least) {
        for (int id = 0; id < IDS; id++) {
            Known one = known.get(id);
            Client client = table.peek("id-" + id);
            if (one.tracked && client == null) {
                assertThat(one.full()).isTrue();
                assertThat(one.hasNoFailure() || one.searches > 1).isTrue();
                assertThat(one.evictionRank()).isLessThanOrEqualTo(Math.max(2, least));
            }
            if (client == null || !one.tracked) {
                one.window.clear();
            }
            one.tracked = client != null;
            if (client != null) {
                assertThat(client.balanceMilli(now)).isEqualTo(one.bucket.balanceMilli());
                assertThat(client.successRate() < 1).isEqualTo(!one.hasNoFailure());
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Kind.class),
                        Arbitraries.integers().between(0, IDS - 1),
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(5, Arbitraries.just(1)),
                                net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(2, 25))))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }
}
