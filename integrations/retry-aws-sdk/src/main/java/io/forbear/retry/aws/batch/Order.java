package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the result of a batch says about the order in which the service accepted entries. */
final class Order {

    private Order() {}

    /**
     * Returns the groups whose order {@link Requests#send} could not keep: an entry was accepted before an earlier one
     * of its group, or without it. The entries of one request are those that the limits put together.
     */
    static <I, T extends @Nullable Object, G> Set<G> brokenGroups(
            BatchResult<I, T> result, BatchLimits<I> limits, Function<? super I, G> group) {
        Set<G> broken = new LinkedHashSet<>();
        Set<G> failed = new HashSet<>();
        int position = 0;
        List<I> items = result.items().stream().map(ItemResult::item).toList();
        for (List<I> request : limits.split(items)) {
            Map<G, Integer> accepted = new HashMap<>(); // the latest attempt that accepted an earlier entry of a group
            for (int i = 0; i < request.size(); i++) {
                ItemResult<I, T> end = result.items().get(position++);
                G own = group.apply(end.item());
                if (!end.isSuccess()) {
                    failed.add(own);
                } else {
                    boolean overtakes = failed.contains(own) || accepted.getOrDefault(own, 0) > end.attempts();
                    if (overtakes) {
                        broken.add(own);
                    }
                    accepted.merge(own, end.attempts(), Math::max);
                }
            }
        }
        return broken;
    }
}
