package io.forbear.retry.reactor;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One attempt: a subscription to the source. Hands elements on, and keeps how it ended. */
final class AttemptSubscriber<T> implements CoreSubscriber<T> {
    /*
     * State      of the source's signals, which come one at a time: ended, emitted, value, failure. They are read by
     *            the thread that takes the attempt over, after the word of the call has changed.
     */

    private final CallSubscription<T> call;
    private final int ticket;
    private final Context context;

    private boolean ended;
    private long emitted;
    private @Nullable T value;
    private @Nullable Throwable failure;

    AttemptSubscriber(CallSubscription<T> call, int ticket, Context context) {
        this.call = call;
        this.ticket = ticket;
        this.context = context;
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        call.demand().begin(this, subscription);
    }

    @Override
    public void onNext(T element) {
        if (ended) {
            Operators.onNextDropped(element, context);
        } else if (call.isOne()) {
            ended = true;
            value = element;
            if (!call.attemptEnded(this)) {
                call.discardLate(element, null);
            }
        } else if (emitted > 0 || call.streams(this)) {
            emitted++;
            call.emit(element);
        } else {
            ended = true;
            Operators.onDiscard(element, context);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        if (ended) {
            Operators.onErrorDropped(thrown, context);
            return;
        }
        ended = true;
        failure = thrown;
        if (!call.attemptEnded(this) && !call.discardLate(null, thrown)) {
            Operators.onErrorDropped(thrown, context);
        }
    }

    @Override
    public void onComplete() {
        if (!ended) {
            ended = true;
            call.attemptEnded(this);
        }
    }

    int ticket() {
        return ticket;
    }

    /** Returns how many elements were handed on. */
    long emitted() {
        return emitted;
    }

    /** Returns the element of a {@code Mono}, {@code null} where it is empty. */
    @Nullable
    T value() {
        return value;
    }

    /** Returns the error, {@code null} where the attempt has completed. */
    @Nullable
    Throwable failure() {
        return failure;
    }
}
