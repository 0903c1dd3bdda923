package io.forbear.retry.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WaitQueueTest {

    private static final class Node extends WaitQueue.Node {}

    private final WaitQueue queue = new WaitQueue();

    private Node joined() {
        Node node = new Node();
        queue.join(node);
        return node;
    }

    /** A number below ten: a node joins. Otherwise one of the nodes leaves. */
    @Property(tries = 300)
    void isAList(@ForAll @Size(max = 60) List<@IntRange(max = 20) Integer> steps) {
        WaitQueue tested = new WaitQueue();
        List<Node> list = new ArrayList<>();
        for (int step : steps) {
            if (step < 10) {
                Node node = new Node();
                tested.join(node);
                list.add(node);
            } else if (!list.isEmpty()) {
                tested.leave(list.remove(step % list.size()));
            }
            assertThat(tested.size()).isEqualTo(list.size());
            assertThat(tested.first()).isSameAs(list.isEmpty() ? null : list.get(0));
            for (int i = 0; i < list.size(); i++) {
                assertThat(tested.rank(list.get(i))).isBetween(i + 1L, (long) list.size());
            }
        }
        while (tested.first() instanceof Node first) {
            assertThat(first).isSameAs(list.remove(0));
            tested.leave(first);
        }
        assertThat(list).isEmpty();
    }

    @Test
    void aRankIsThePlaceFromTheFront() {
        Node first = joined();
        Node second = joined();
        Node third = joined();

        assertThat(queue.rank(first)).isEqualTo(1);
        assertThat(queue.rank(second)).isEqualTo(2);
        assertThat(queue.rank(third)).isEqualTo(3);
        queue.leave(first);

        assertThat(queue.rank(second)).isEqualTo(1);
        assertThat(queue.rank(third)).isEqualTo(2);
    }

    @Test
    void aRankIsTooHighByTheNodesThatLeftInBetweenAndNeverBeyondTheLast() {
        joined();
        Node left = joined();
        Node third = joined();
        Node fourth = joined();

        queue.leave(left);

        assertThat(queue.rank(third)).as("2 by right").isEqualTo(3);
        assertThat(queue.rank(fourth)).isEqualTo(3);
    }
}
