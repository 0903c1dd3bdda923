package io.forbear.retry.spring;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.http.IncomingCall;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** A method whose calls are retried: by whom, for which client, and how. */
final class RetriedMethod {

    private final Retry retry;
    private final @Nullable ClientKey client;
    private final boolean mayJoinTransaction;
    private final CallForm form;

    /**
     * Creates it.
     *
     * @param retry a view with the options that the annotation sets
     * @param client tells the client of a call; {@code null} where there is none
     * @param mayJoinTransaction whether the method takes part in the transaction of its caller, where there is one
     */
    RetriedMethod(Retry retry, @Nullable ClientKey client, boolean mayJoinTransaction, CallForm form) {
        this.retry = retry;
        this.client = client;
        this.mayJoinTransaction = mayJoinTransaction;
        this.form = form;
    }

    @Nullable
    Object call(MethodInvocation invocation) throws Throwable {
        return form.call(view(invocation), invocation);
    }

    /** Returns the view for one call, which is the one that is kept unless the call says more. */
    @SuppressWarnings("ReferenceEquality") // the usual case costs no object
    private Retry view(MethodInvocation invocation) {
        Retry view = retry;
        if (client != null) {
            String id = client.of(invocation);
            view = id == null ? view : view.forClient(id);
        }
        if (mayJoinTransaction && OuterTransaction.isActive()) {
            view = view.with(CallOptions.defaults().notRepeatable());
        }
        CallOptions incoming = IncomingCall.current();
        return incoming == CallOptions.defaults() ? view : view.with(incoming);
    }
}
