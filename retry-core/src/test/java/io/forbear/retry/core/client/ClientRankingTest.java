package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.operations.TopClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The Space-Saving sketch, beside an exact count. */
class ClientRankingTest {

    /** What the paper proves: no figure is too low, or too high by more than its error; no frequent id is missing. */
    @Property(tries = 300)
    void keepsWhatSpaceSavingPromises(@ForAll @Size(max = 400) List<@IntRange(min = 0, max = 60) Integer> stream) {
        ClientRanking ranking = new ClientRanking(1, ClientRanking.WAYS);
        Map<String, Long> exact = new HashMap<>();
        for (int id : stream) {
            long amount = 1 + id % 3;
            ranking.add("id " + id, id, amount);
            exact.merge("id " + id, amount, Long::sum);
        }

        Map<String, ClientRanking.Counter> kept = new HashMap<>();
        ranking.forEach(counter -> kept.put(counter.id, counter));
        long all = exact.values().stream().mapToLong(Long::longValue).sum();

        assertThat(kept).hasSizeLessThanOrEqualTo(ClientRanking.WAYS);
        assertThat(kept.values().stream()
                        .mapToLong(ClientRanking.Counter::count)
                        .sum())
                .isEqualTo(all);
        kept.forEach(
                (id, counter) -> assertThat(exact.get(id)).isBetween(counter.count() - counter.error, counter.count()));
        exact.forEach((id, truth) -> {
            if (truth * ClientRanking.WAYS > all) {
                assertThat(kept).containsKey(id);
            }
            assertThat(ranking.counter(id, Integer.parseInt(id.substring(3))).count())
                    .isGreaterThanOrEqualTo(truth);
        });
    }

    @Example
    void whatManyThreadsAddIsAllThereAndNoIdTwice() throws InterruptedException {
        ClientRanking ranking = new ClientRanking(2, 2);
        int each = 20_000;
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int start = t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    int id = (start + i * 7) % 11;
                    ranking.add("id " + id, id, 1);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        long[] sum = {0};
        Set<String> ids = new HashSet<>();
        ranking.forEach(counter -> {
            sum[0] += counter.count();
            assertThat(ids.add(counter.id)).isTrue();
        });
        assertThat(sum[0]).isEqualTo(4L * each);
    }

    @Example
    void memoryIsBoundedWhateverTheIds() {
        ClientRanking ranking = new ClientRanking(40);
        for (int i = 0; i < 100_000; i++) {
            ranking.add("made up " + i, IdHash.of("made up " + i), 1);
        }

        int[] counters = {0};
        ranking.forEach(counter -> counters[0]++);
        assertThat(counters[0]).isEqualTo(64);
    }

    @Example
    void aBusyClientIsFoundAmongManyMadeUpIds() {
        ClientTable table = new ClientTable(1_000, null, () -> 0);
        TopClients top = new TopClients(10);
        Client busy = table.get("busy");
        for (int i = 0; i < 20_000; i++) {
            top.failed(table.get("made up " + i), "made up " + i, 0);
            if (i % 20 == 0) {
                top.failed(busy, "busy", 0);
            }
        }

        TopClient first = top.byFailures(0).stream()
                .filter(client -> client.client().equals("busy"))
                .findFirst()
                .orElseThrow();
        assertThat(first.value()).isGreaterThanOrEqualTo(1_000);
        assertThat(first.value() - first.error()).isLessThanOrEqualTo(1_000);
        assertThat(top.byFailures(0)).hasSize(10);
    }

    @Example
    void idsThatShareAnOverflowEntryAreToldApartAndLongOnesAreCut() {
        ClientTable table = new ClientTable(1, null, () -> 0);
        table.get("resident").failed(1);
        TopClients top = new TopClients(10);
        String longest = "x".repeat(10_000);
        for (String id : List.of("a", "b", longest)) {
            top.failed(table.get(id), id, 0);
        }

        assertThat(top.byFailures(0)).hasSize(3).extracting(TopClient::value).containsOnly(1L);
        assertThat(top.byFailures(0))
                .allSatisfy(client -> assertThat(client.client()).hasSizeLessThan(300));
    }

    @Example
    void onlyThePresentAndTheSpanBeforeCount() {
        ClientTable table = new ClientTable(10, null, () -> 0);
        Client client = table.get("tenant");
        TopClients top = new TopClients(10);
        long start = Long.MAX_VALUE - 5;
        top.failed(client, "tenant", start);
        top.burnt(client, "tenant", 3_000);
        top.failed(client, "tenant", start + TopClients.SPAN_NANOS);

        assertThat(top.byFailures(start + TopClients.SPAN_NANOS)).containsExactly(new TopClient("tenant", 2, 0));
        assertThat(top.byBudget(start + TopClients.SPAN_NANOS)).containsExactly(new TopClient("tenant", 3_000, 0));

        top.failed(client, "tenant", start + 2 * TopClients.SPAN_NANOS);
        assertThat(top.byFailures(start + 2 * TopClients.SPAN_NANOS)).containsExactly(new TopClient("tenant", 2, 0));
        assertThat(top.byBudget(start + 2 * TopClients.SPAN_NANOS)).isEmpty();
        assertThat(top.byFailures(start + 5 * TopClients.SPAN_NANOS)).isEmpty();
    }
}
