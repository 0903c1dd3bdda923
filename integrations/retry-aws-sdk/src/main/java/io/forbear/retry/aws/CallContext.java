package io.forbear.retry.aws;

import io.forbear.retry.Retry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;

/** What the interceptor knows of a call of a client, handed to the strategy, whose requests do not name it. */
final class CallContext {
    /*
     * The SDK hands a strategy no context: from modifyHttpRequest of the interceptors it goes to acquireInitialToken on
     * the same thread, in synchronous and asynchronous clients. So a context is left on the thread there, and taken by
     * the strategy that it is for. A call that ends in between, such as for want of credentials, leaves it behind; the
     * next call of the client on this thread replaces it.
     */

    static final ExecutionAttribute<CallContext> ATTRIBUTE = new ExecutionAttribute<>("io.forbear.retry.aws.Call");

    private static final ThreadLocal<@Nullable CallContext> HANDED_OVER = new ThreadLocal<>();

    private final Object owner;
    private final Retry view;
    private final String name;
    private volatile @Nullable CallToken token;

    /**
     * Makes a context.
     *
     * @param owner the strategy that may take it
     * @param view by which the call is made
     * @param name service and operation
     */
    CallContext(Object owner, Retry view, String name) {
        this.owner = owner;
        this.view = view;
        this.name = name;
    }

    void handOver() {
        HANDED_OVER.set(this);
    }

    /** Returns what was left on this thread for a strategy, once. What is for another strategy stays. */
    static @Nullable CallContext take(Object owner) {
        CallContext left = HANDED_OVER.get();
        if (left == null || left.owner != owner) {
            return null;
        }
        HANDED_OVER.remove();
        return left;
    }

    /** Takes this back from the thread, where no strategy has taken it. */
    void forget() {
        if (Objects.equals(HANDED_OVER.get(), this)) {
            HANDED_OVER.remove();
        }
    }

    Retry view() {
        return view;
    }

    String name() {
        return name;
    }

    @Nullable
    CallToken token() {
        return token;
    }

    void token(CallToken value) {
        token = value;
    }
}
