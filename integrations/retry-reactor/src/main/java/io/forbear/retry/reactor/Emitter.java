package io.forbear.retry.reactor;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * Tells the subscriber. Where it is guarded, the end may come from another thread while an element is being handed
 * over: it is then told by the thread that hands the element over, afterwards. What comes after the end is discarded.
 *
 * <p>The subscriber is told of an end once; the call sees to that.
 */
final class Emitter<T> {
    /*
     * State      busy: zero while the subscriber is not being told anything; one for the thread that hands over an
     *            element, one more for an end, which is never taken back. failure: written before busy, read after it.
     */

    private final CoreSubscriber<? super T> actual;
    private @Nullable AtomicInteger busy;
    private @Nullable Throwable failure;

    Emitter(CoreSubscriber<? super T> actual) {
        this.actual = actual;
    }

    /** From now on the end may come from any thread. To be called before the first attempt. */
    void guard() {
        busy = new AtomicInteger();
    }

    void emit(T element) {
        AtomicInteger guard = busy;
        if (guard == null) {
            actual.onNext(element);
        } else if (guard.compareAndSet(0, 1)) {
            actual.onNext(element);
            if (guard.decrementAndGet() != 0) {
                tellEnd();
            }
        } else {
            Operators.onDiscard(element, actual.currentContext());
        }
    }

    /** Completes, with a value as soon as one is requested; {@code null} for none. */
    void complete(@Nullable T value, Demand demand) {
        if (value == null) {
            end(null);
            return;
        }
        demand.release(requested -> {
            if (requested) {
                emit(value);
                end(null);
            } else {
                Operators.onDiscard(value, actual.currentContext());
            }
        });
    }

    /** Tells of the end; {@code null} for completion. */
    void end(@Nullable Throwable thrown) {
        failure = thrown;
        AtomicInteger guard = busy;
        if (guard == null || guard.getAndIncrement() == 0) {
            tellEnd();
        }
    }

    private void tellEnd() {
        Throwable thrown = failure;
        if (thrown == null) {
            actual.onComplete();
        } else {
            actual.onError(thrown);
        }
    }
}
