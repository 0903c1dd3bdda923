package io.forbear.retry.aws.consumer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Handles the records of a batch one by one, in order, and says which of them are to come again. What a handler throws
 * is logged at the level {@code WARNING} under {@code io.forbear.retry.aws} and kept here. An {@link Error} ends the
 * batch as a whole, as an exception of a function of Lambda does.
 *
 * <pre>{@code
 * PartialBatch<Record> done = PartialBatch.handle(
 *         records, this::store, AfterFailure.STOP, Record::sequenceNumber, record -> null);
 * }</pre>
 *
 * <p>Immutable, as far as the records are.
 *
 * @param <R> the records
 * @since 0.1
 */
public final class PartialBatch<R> {

    private static final Logger LOG = System.getLogger("io.forbear.retry.aws");

    private final List<R> again;
    private final Map<R, Exception> failures;
    private final int size;

    private PartialBatch(List<R> again, Map<R, Exception> failures, int size) {
        this.again = Collections.unmodifiableList(again);
        this.failures = Collections.unmodifiableMap(failures);
        this.size = size;
    }

    /**
     * Handles all records.
     *
     * @param records in order
     * @param handler handles one
     * @param afterFailure what becomes of the rest after one has failed
     * @param id the id of a record, for the log
     * @param group the message group of a record, {@code null} for none; looked at for {@link AfterFailure#SKIP_GROUP}
     *     alone
     * @return what is to come again. If the thread is interrupted while a handler waits, that is all of the rest, and
     *     the flag of the thread is set
     * @param <R> the records
     */
    public static <R> PartialBatch<R> handle(
            List<? extends R> records,
            RecordHandler<? super R> handler,
            AfterFailure afterFailure,
            Function<? super R, String> id,
            Function<? super R, @Nullable String> group) {
        Objects.requireNonNull(afterFailure, "afterFailure");
        List<R> again = new ArrayList<>();
        Map<R, Exception> failures = new LinkedHashMap<>();
        Set<String> failedGroups = new HashSet<>();
        boolean stopped = false;
        for (R item : records) {
            String own = afterFailure == AfterFailure.SKIP_GROUP ? group.apply(item) : null;
            if (stopped || own != null && failedGroups.contains(own)) {
                again.add(item);
                continue;
            }
            Exception failure = failureOf(item, handler);
            if (failure != null) {
                LOG.log(Level.WARNING, () -> "record " + id.apply(item) + " comes again: " + failure, failure);
                again.add(item);
                failures.put(item, failure);
                stopped = afterFailure == AfterFailure.STOP || failure instanceof InterruptedException;
                if (own != null) {
                    failedGroups.add(own);
                }
            }
        }
        return new PartialBatch<>(again, failures, records.size());
    }

    private static <R> @Nullable Exception failureOf(R item, RecordHandler<? super R> handler) {
        try {
            handler.handle(item);
            return null;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return interrupted;
        } catch (Exception failure) {
            return failure;
        }
    }

    /**
     * Handles records of a stream many at a time, and finds the first that cannot be handled by halving: if the handler
     * fails, the first half is handled alone, then the second, as a {@code BisectBatchOnFunctionError} of Lambda does.
     * Everything before that record is done. The handler may see a record as often as a batch can be halved, and once
     * more.
     *
     * @param records in order
     * @param handler handles several, in order; done as a whole or not
     * @return the record that failed and all after it; empty where all were done
     * @param <R> the records
     */
    public static <R> PartialBatch<R> bisect(List<R> records, RecordHandler<? super List<R>> handler) {
        Map<R, Exception> failures = new LinkedHashMap<>();
        int done = bisect(records, 0, handler, failures);
        return new PartialBatch<>(new ArrayList<>(records.subList(done, records.size())), failures, records.size());
    }

    /** Returns how many of all records are done: up to the end of this part, or to the record that failed. */
    private static <R> int bisect(
            List<R> part, int before, RecordHandler<? super List<R>> handler, Map<R, Exception> failures) {
        Exception failure = part.isEmpty() ? null : failureOf(part, handler);
        if (failure == null) {
            return before + part.size();
        }
        if (part.size() == 1 || failure instanceof InterruptedException) {
            LOG.log(Level.WARNING, "a record comes again: " + failure, failure);
            failures.put(part.get(0), failure);
            return before;
        }
        int half = part.size() / 2;
        int done = bisect(part.subList(0, half), before, handler, failures);
        return done < before + half ? done : bisect(part.subList(half, part.size()), done, handler, failures);
    }

    /**
     * Returns the records that are to come again: that failed, or were not handled.
     *
     * @return in order; unmodifiable
     */
    public List<R> again() {
        return again;
    }

    /**
     * Returns what handlers threw.
     *
     * @return by record, in order; unmodifiable
     */
    public Map<R, Exception> failures() {
        return failures;
    }

    /**
     * Tells whether all records are done.
     *
     * @return {@code true} for an empty batch too
     */
    public boolean isComplete() {
        return again.isEmpty();
    }

    /**
     * Tells whether no record is done.
     *
     * @return {@code false} for an empty batch
     */
    public boolean isFailed() {
        return size > 0 && again.size() == size;
    }

    /**
     * Returns the identifiers of the records that are to come again, none of which is empty: an empty one makes the
     * service send the whole batch again.
     *
     * @throws IllegalStateException if a record has none
     */
    List<String> identifiers(Function<? super R, @Nullable String> id) {
        List<String> identifiers = new ArrayList<>(again.size());
        for (R item : again) {
            String own = id.apply(item);
            if (own == null || own.isEmpty()) {
                throw new IllegalStateException("identifier: " + own + " (expected: one for each record that failed)");
            }
            identifiers.add(own);
        }
        return identifiers;
    }

    @Override
    public String toString() {
        return "PartialBatch(" + again.size() + " of " + size + " come again)";
    }
}
