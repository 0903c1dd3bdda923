package io.forbear.retry;

import java.net.http.HttpResponse;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a result that the caller never gets. Rules of the policy first; then an {@link AutoCloseable} is closed; of a
 * response of {@code java.net.http} the body is, so that its connection goes back to the pool.
 */
final class Discards implements Predicate<@Nullable Object> {

    /** Whether the runtime image has the HTTP client of the JDK. Otherwise the class that knows it is never loaded. */
    private static final boolean HTTP = hasHttpClient();

    private final TypeTable<Consumer<Object>> rules;

    Discards(TypeTable<Consumer<Object>> rules) {
        this.rules = rules;
    }

    private static boolean hasHttpClient() {
        try {
            Class.forName("java.net.http.HttpResponse", false, Discards.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }

    /**
     * Discards a result.
     *
     * @param result the result
     * @return whether anything was done with it: then it must not be handed to the caller
     */
    @Override
    public boolean test(@Nullable Object result) {
        if (result == null) {
            return false;
        }
        Boolean byRule = rules.<Boolean>first(result, rule -> {
            rule.accept(result);
            return Boolean.TRUE;
        });
        return byRule != null || closed(result) || HTTP && HttpBodies.discarded(result);
    }

    private static boolean closed(Object result) {
        if (!(result instanceof AutoCloseable closeable)) {
            return false;
        }
        try {
            closeable.close();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        } catch (Exception broken) {
            return true; // nobody needs the result: a failure to close it changes nothing
        }
        return true;
    }

    /** The bodies of responses. A class of its own, for the module of the HTTP client may be missing. */
    private static final class HttpBodies {

        static boolean discarded(Object result) {
            if (!(result instanceof HttpResponse<?> response)) {
                return false;
            }
            Object body = response.body();
            if (body instanceof Flow.Publisher<?> publisher) {
                publisher.subscribe(new Cancelling<>());
                return true;
            }
            return body != null && closed(body);
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
