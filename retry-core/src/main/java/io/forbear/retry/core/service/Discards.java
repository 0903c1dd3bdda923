package io.forbear.retry.core.service;

import io.forbear.retry.core.internal.SharedThreads;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of a result that no caller gets, where the policy has no rule for it: an {@link AutoCloseable} is
 * closed; of a response of {@code java.net.http} the body is.
 */
final class Discards {

    /** Whether the runtime image has the HTTP client of the JDK. Otherwise the class that knows it is never loaded. */
    private static final boolean HTTP = hasHttpClient();

    /** What is read of a body, so that its connection can be used again; a longer one costs its connection. */
    private static final int MOST_BYTES = 1 << 20;

    /** How long a caller waits for that. */
    private static final long LONGEST_MILLIS = 100;

    private Discards() {}

    private static boolean hasHttpClient() {
        try {
            Class.forName("java.net.http.HttpResponse", false, Discards.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }

    /**
     * Closes a result that can be closed.
     *
     * @param mayWait whether the thread is that of a caller, which may wait for a moment
     * @return whether it was one
     */
    static boolean closes(Object result, boolean mayWait) {
        if (result instanceof AutoCloseable closeable) {
            close(closeable);
            return true;
        }
        return HTTP && HttpBodies.closes(result, mayWait);
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        } catch (Exception broken) {
            return; // no caller needs it: a failure to close it changes nothing
        }
    }

    /** The bodies of responses. A class of its own, for the module of the HTTP client may be missing. */
    private static final class HttpBodies {

        static boolean closes(Object result, boolean mayWait) {
            if (!(result instanceof HttpResponse<?> response)) {
                return false;
            }
            Object body = response.body();
            if (body instanceof InputStream stream) {
                drain(stream, mayWait);
                return true;
            }
            if (body instanceof Flow.Publisher<?> publisher) {
                publisher.subscribe(new Cancelling<>());
                return true;
            }
            if (body instanceof AutoCloseable closeable) {
                close(closeable);
                return true;
            }
            return false;
        }

        /**
         * On a thread of its own: the rest of a body may never come, or need the thread that this is. What is not read
         * in time is closed as it is.
         */
        private static void drain(InputStream stream, boolean mayWait) {
            CountDownLatch drained = new CountDownLatch(1);
            SharedThreads.workersOfOwn().execute(() -> {
                try (stream) {
                    readSome(stream);
                } catch (IOException broken) {
                    return;
                } finally {
                    drained.countDown();
                }
            });
            if (mayWait) {
                await(drained, stream);
            } else {
                SharedThreads.timer()
                        .schedule(
                                () -> SharedThreads.offTimer(() -> closeUnless(drained, stream)),
                                LONGEST_MILLIS,
                                TimeUnit.MILLISECONDS);
            }
        }

        private static void await(CountDownLatch drained, InputStream stream) {
            try {
                drained.await(LONGEST_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
            }
            closeUnless(drained, stream);
        }

        private static void closeUnless(CountDownLatch drained, InputStream stream) {
            if (drained.getCount() > 0) {
                close(stream);
            }
        }

        private static void readSome(InputStream stream) throws IOException {
            byte[] buffer = new byte[1 << 13];
            int left = MOST_BYTES;
            for (int read = 0; read >= 0 && left > 0; left -= read) {
                read = stream.read(buffer, 0, Math.min(buffer.length, left));
            }
        }
    }

    /** Asks for nothing, which lets go of the connection. */
    private static final class Cancelling<T> implements Flow.Subscriber<T> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(T item) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }
}
