package io.forbear.examples;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A batch: only the items that came back unprocessed are sent again. */
final class Batches {

    private final Retry table = Retries.named("orders-table").build();

    /** Writes all items; what could not be written is in the result. */
    @SuppressWarnings("NullAway") // does not infer that the value of an item is null
    BatchResult<Integer, @Nullable Void> write(List<Integer> items, Table target) {
        return table.callBatch(items, left -> BatchOutcome.unprocessed(target.put(left)));
    }

    /** A table that takes some items of a request and returns the others, as DynamoDB's BatchWriteItem does. */
    static final class Table {

        private final int mostPerRequest;
        private final List<Integer> sizes = new ArrayList<>();

        Table(int mostPerRequest) {
            this.mostPerRequest = mostPerRequest;
        }

        List<Integer> put(List<Integer> items) {
            sizes.add(items.size());
            return items.subList(Math.min(mostPerRequest, items.size()), items.size());
        }

        /** Returns how many items each request had. */
        List<Integer> sizes() {
            return sizes;
        }
    }

    public static void main(String[] args) {
        Table target = new Table(4);
        BatchResult<Integer, @Nullable Void> result =
                new Batches().write(IntStream.range(0, 10).boxed().toList(), target);
        System.out.println("requests of " + target.sizes() + " items, complete: " + result.isComplete());
    }
}
