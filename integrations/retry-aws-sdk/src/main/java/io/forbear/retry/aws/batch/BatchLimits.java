package io.forbear.retry.aws.batch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/**
 * What one request of a service takes.
 *
 * @param maxItems most entries of a request
 * @param maxBytes most bytes of all entries of a request
 * @param bytes size of an entry, as the service counts it
 * @param key what must be distinct within a request, {@code null} where nothing must
 */
record BatchLimits<I>(
        int maxItems,
        long maxBytes,
        ToLongFunction<? super I> bytes,
        @Nullable Function<? super I, ?> key) {

    /** Limits without a bound on bytes. */
    static <I> BatchLimits<I> ofCount(int maxItems) {
        return new BatchLimits<>(maxItems, Long.MAX_VALUE, item -> 0, null);
    }

    static <I> BatchLimits<I> of(int maxItems, long maxBytes, ToLongFunction<? super I> bytes) {
        return new BatchLimits<>(maxItems, maxBytes, bytes, null);
    }

    BatchLimits<I> distinctBy(Function<? super I, ?> value) {
        return new BatchLimits<>(maxItems, maxBytes, bytes, value);
    }

    /** Splits entries in their order; an entry that is larger than a request goes alone, for the service to refuse. */
    List<List<I>> split(List<I> items) {
        List<List<I>> requests = new ArrayList<>();
        Filling filling = new Filling();
        int from = 0;
        for (int i = 0; i < items.size(); i++) {
            if (!filling.takes(items.get(i))) {
                requests.add(items.subList(from, i));
                from = i;
                filling = new Filling();
                filling.takes(items.get(i));
            }
        }
        if (from < items.size()) {
            requests.add(items.subList(from, items.size()));
        }
        return requests;
    }

    /** Begins a request. */
    Filling filling() {
        return new Filling();
    }

    /** A request that is being filled. Not thread-safe. */
    final class Filling {

        private final Set<Object> keys = new HashSet<>();
        private int count;
        private long total;

        private Filling() {}

        /** Adds an entry if there is room for it. */
        boolean takes(I item) {
            long size = bytes.applyAsLong(item);
            Object own = key == null ? null : key.apply(item);
            boolean fits = count == 0 || count < maxItems && size <= maxBytes - total;
            if (!fits || own != null && keys.contains(own)) {
                return false;
            }
            if (own != null) {
                keys.add(own);
            }
            count++;
            total += size;
            return true;
        }
    }

    /** Returns the bytes of a text in UTF-8, 0 of {@code null}. */
    static long utf8(@Nullable String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Returns the number of bytes, 0 of {@code null}, which is for the service to refuse. */
    static long size(@Nullable SdkBytes bytes) {
        return bytes == null ? 0 : bytes.asByteArrayUnsafe().length;
    }
}
