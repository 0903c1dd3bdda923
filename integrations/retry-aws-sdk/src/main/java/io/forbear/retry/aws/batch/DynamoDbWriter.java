package io.forbear.retry.aws.batch;

import io.forbear.retry.AttemptScope;
import io.forbear.retry.BatchOperation;
import io.forbear.retry.CallRefusedException;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.StopReason;
import io.forbear.retry.aws.AwsClassifier;
import io.forbear.retry.aws.batch.DynamoDbBatches.Write;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects writes of DynamoDB and sends a request whenever one is full; {@link #close()} sends the rest. What comes
 * back unprocessed goes to the end of what is collected, and so fills the next request with what was added since: a
 * stream of writes takes fewer requests than batches that repeat their own rest.
 *
 * <pre>{@code
 * try (DynamoDbWriter writer = batches.writer()) {
 *     items.forEach(item -> writer.add(Write.put("orders", item)));
 *     writer.finish();
 *     keepForLater(writer.failed());
 * }
 * }</pre>
 *
 * <p>Requests that leave something over, one after the other, are attempts of one call: the {@code Retry} says how long
 * to wait before the next one, and when what is left over is given up. So each write is given up at the latest after as
 * many requests as the policy has attempts.
 *
 * <p>A write may be carried out after one that was added later: add one write of each item. Not thread-safe. Waits on
 * the thread that adds.
 *
 * @since 0.1
 */
public final class DynamoDbWriter implements AutoCloseable {

    private static final class Waiting {
        private final Write write;
        private final int position;
        private int requests;

        private Waiting(Write write, int position) {
            this.write = write;
            this.position = position;
        }
    }

    private final Retry retry;
    private final BatchLimits<Write> limits;
    private final BatchOperation<Write, @Nullable Void> request;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<ItemResult.Failure<Write, @Nullable Void>> failed = new ArrayList<>();
    private Classification lastFailure = Classification.of(ErrorCategory.RATE_LIMIT);
    private @Nullable Throwable lastThrown;
    private @Nullable RetryCall call;
    private @Nullable RetryDecision decision;
    private StopReason refusal = StopReason.CIRCUIT_OPEN;
    private int added;

    DynamoDbWriter(Retry retry, BatchLimits<Write> limits, BatchOperation<Write, @Nullable Void> request) {
        this.retry = retry;
        this.limits = limits;
        this.request = request;
    }

    /**
     * Adds a write, and sends a request if it is full now.
     *
     * @param write a put or a delete
     */
    public void add(Write write) {
        waiting.add(new Waiting(Objects.requireNonNull(write, "write"), added++));
        if (isFull()) {
            send();
        }
    }

    private boolean isFull() {
        BatchLimits<Write>.Filling filling = limits.filling();
        int count = 0;
        for (Waiting one : waiting) {
            if (!filling.takes(one.write)) {
                return true;
            }
            count++;
        }
        return count >= limits.maxItems();
    }

    /** Sends all that is collected, until nothing is left. */
    public void finish() {
        while (!waiting.isEmpty()) {
            send();
        }
    }

    /**
     * Returns the writes that were given up.
     *
     * @return in the order in which they were given up; the position of each counts what was added, from 0
     */
    public List<ItemResult.Failure<Write, @Nullable Void>> failed() {
        return Collections.unmodifiableList(new ArrayList<>(failed));
    }

    /**
     * Returns how many writes have been added.
     *
     * @return the number, from 0
     */
    public int added() {
        return added;
    }

    /** The same as {@link #finish()}. What was given up is in {@link #failed()}. */
    @Override
    public void close() {
        finish();
    }

    private void send() {
        RetryCall attempt = attempt();
        if (waiting.isEmpty()) {
            return;
        }
        List<Waiting> part = take();
        if (attempt == null) {
            part.forEach(one -> fail(one, refusal));
            return;
        }
        part.forEach(one -> one.requests++);
        List<Write> writes = part.stream().map(one -> one.write).toList();
        List<? extends ItemOutcome<?>> outcomes;
        AttemptScope scope = attempt.attemptStarted();
        try {
            outcomes = request.attempt(writes).forItems(writes);
        } catch (Exception thrown) {
            end(attempt, part, thrown);
            return;
        } catch (Error thrown) {
            attempt.abandoned();
            throw thrown;
        } finally {
            scope.close();
        }
        List<Waiting> left = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof ItemOutcome.Failure<?> failure) {
                lastFailure = Objects.requireNonNull(failure.classification(), "classification");
                lastThrown = null;
                left.add(part.get(i));
            }
        }
        if (left.isEmpty()) {
            attempt.succeeded();
            call = null;
        } else {
            decide(attempt.failed(lastFailure), left);
        }
    }

    private void end(RetryCall attempt, List<Waiting> part, Exception thrown) {
        Classification found = AwsClassifier.services().classify(thrown);
        if (found == null) {
            found = ErrorClassifier.defaults().classify(thrown);
        }
        lastThrown = thrown;
        lastFailure =
                found == null ? Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable() : found;
        decide(attempt.failed(thrown, lastFailure), part);
    }

    private void decide(RetryDecision next, List<Waiting> left) {
        if (next instanceof RetryDecision.GiveUp stop) {
            call = null;
            left.forEach(one -> fail(one, stop.reason()));
        } else {
            decision = next;
            waiting.addAll(left);
        }
    }

    /** Returns the call whose next attempt is due now, {@code null} where a first one was refused. */
    private @Nullable RetryCall attempt() {
        RetryCall open = call;
        RetryDecision due = decision;
        if (open != null && due != null) {
            decision = null;
            if (open.await(due)) {
                return open;
            }
            call = null;
            giveUpLeft(open.stopReason().orElse(StopReason.CANCELLED));
        }
        try {
            call = retry.begin();
            RetryDecision atGate = call.atGate();
            if (atGate instanceof RetryDecision.Again again && (again.delay().isZero() || call.await(again))) {
                return call;
            }
            refusal = call.stopReason().orElse(StopReason.RATE_LIMITED);
        } catch (CallRefusedException refused) {
            refusal = refused.reason();
            lastThrown = refused;
            lastFailure = Classification.of(ErrorCategory.TRANSIENT).notExecuted();
        }
        call = null;
        return null;
    }

    private void giveUpLeft(StopReason reason) {
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            Waiting one = each.next();
            if (one.requests > 0) {
                each.remove();
                fail(one, reason);
            }
        }
    }

    private void fail(Waiting one, StopReason reason) {
        failed.add(
                new ItemResult.Failure<>(one.write, one.position, one.requests, reason, lastFailure, lastThrown, null));
    }

    private List<Waiting> take() {
        BatchLimits<Write>.Filling filling = limits.filling();
        List<Waiting> part = new ArrayList<>();
        for (Waiting next = waiting.peek(); next != null && filling.takes(next.write); next = waiting.peek()) {
            part.add(waiting.remove());
        }
        return part;
    }
}
