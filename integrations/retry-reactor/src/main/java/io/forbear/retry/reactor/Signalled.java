package io.forbear.retry.reactor;

import java.util.concurrent.CompletionException;

/**
 * A failure that came as a signal. In the wrapper of a future it is no failure of this thread: an interrupt inside it
 * was that of another, and the engine leaves the flag of this thread alone.
 */
final class Signalled extends CompletionException {

    private static final long serialVersionUID = 1L;

    Signalled(Throwable failure) {
        super(failure);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // writes nothing
    public Throwable fillInStackTrace() {
        return this;
    }
}
