package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which entries go in which request, one request after the other, and what became of them. It sends nothing, so that
 * blocking and asynchronous clients have the same plans.
 *
 * <p>Two orders of sending. {@link #filled} fills requests: fast, but where an entry failed and a later one of the same
 * group was accepted, the later one has overtaken it. {@link #inOrder} has at most one entry of a group in a request,
 * and sends the next one after that has succeeded: nothing overtakes what failed before it.
 *
 * <p>Not thread-safe: {@link #next} is asked when the request before has ended.
 */
abstract class RequestPlan<I, T extends @Nullable Object> {

    /** The entries of a request. */
    static final class Part<I> {

        private final int[] positions;
        private final List<I> items;

        private Part(int[] positions, List<I> items) {
            this.positions = positions;
            this.items = items;
        }

        List<I> items() {
            return items;
        }
    }

    final Collected<I, T> collected;

    private RequestPlan(String service, List<? extends I> items) {
        this.collected = new Collected<>(service, items);
    }

    static <I, T extends @Nullable Object> RequestPlan<I, T> filled(
            String service, List<? extends I> items, BatchLimits<I> limits) {
        return new Filled<>(service, items, limits);
    }

    /** Returns a plan in which nothing of a group overtakes what failed before it. */
    static <I, T extends @Nullable Object> RequestPlan<I, T> inOrder(
            String service, List<? extends I> items, BatchLimits<I> limits, Function<? super I, ?> group) {
        return new InOrder<>(service, items, limits, group);
    }

    /** Returns the next request, {@code null} where there is none. */
    abstract @Nullable Part<I> next();

    /** Takes the result of a request. */
    final void ended(Part<I> part, BatchResult<I, T> result) {
        collected.add(part.positions, result);
        advance(part);
    }

    /**
     * Takes that a request was refused, or that its answer did not fit it.
     *
     * @throws RuntimeException the same, if it was the first request: there is no result that it could hide
     */
    final void failed(Part<I> part, RuntimeException thrown) {
        if (collected.isEmpty()) {
            throw thrown;
        }
        collected.failed(part.positions, thrown);
        advance(part);
    }

    void advance(Part<I> part) {}

    final BatchResult<I, T> result() {
        return collected.result();
    }

    private static final class Filled<I, T extends @Nullable Object> extends RequestPlan<I, T> {

        private final Iterator<List<I>> parts;
        private int from;

        private Filled(String service, List<? extends I> items, BatchLimits<I> limits) {
            super(service, items);
            this.parts = limits.split(collected.items()).iterator();
        }

        @Override
        @Nullable
        Part<I> next() {
            if (!parts.hasNext()) {
                return null;
            }
            List<I> items = parts.next();
            int[] positions = new int[items.size()];
            for (int i = 0; i < positions.length; i++) {
                positions[i] = from++;
            }
            return new Part<>(positions, items);
        }
    }

    private static final class InOrder<I, T extends @Nullable Object> extends RequestPlan<I, T> {

        private final BatchLimits<I> limits;
        private final Function<? super I, ?> group;

        /** The entries of each group that have not ended, by position. */
        private final Map<Object, Queue<Integer>> lines = new HashMap<>();

        /** The first entry of each line that has one. */
        private final PriorityQueue<Integer> heads = new PriorityQueue<>();

        private InOrder(String service, List<? extends I> items, BatchLimits<I> limits, Function<? super I, ?> group) {
            super(service, items);
            this.limits = limits;
            this.group = group;
            for (int i = 0; i < items.size(); i++) {
                Queue<Integer> line = lines.computeIfAbsent(groupOf(i), none -> new ArrayDeque<>());
                if (line.isEmpty()) {
                    heads.add(i);
                }
                line.add(i);
            }
        }

        private Object groupOf(int position) {
            return Objects.requireNonNull(group.apply(collected.items().get(position)), "group");
        }

        @Override
        @Nullable
        Part<I> next() {
            BatchLimits<I>.Filling filling = limits.filling();
            List<I> all = collected.items();
            List<Integer> taken = new ArrayList<>();
            for (Integer head = heads.peek(); head != null && filling.takes(all.get(head)); head = heads.peek()) {
                taken.add(heads.remove());
            }
            return taken.isEmpty()
                    ? null
                    : new Part<>(
                            taken.stream().mapToInt(Integer::intValue).toArray(),
                            taken.stream().map(all::get).toList());
        }

        @Override
        void advance(Part<I> part) {
            for (int position : part.positions) {
                Queue<Integer> line = Objects.requireNonNull(lines.get(groupOf(position)));
                line.remove();
                if (collected.at(position) instanceof ItemResult.Failure<I, T> failure) {
                    line.forEach(later -> collected.notSent(later, failure));
                    line.clear();
                } else if (!line.isEmpty()) {
                    heads.add(line.element());
                }
            }
        }
    }
}
