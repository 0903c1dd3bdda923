package io.forbear.retry;

import io.forbear.retry.error.Classification;
import io.forbear.retry.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by an operation that has judged its own result to be a failure, such as a response whose status is 503; an
 * asynchronous operation completes its stage with it.
 *
 * <p>The call goes on as if the operation had returned the result and a rule of {@link
 * RetryPolicy.Builder#classifyResult} had given the classification: where the call is attempted again, the result is
 * {@linkplain RetryPolicy.Builder#onDiscard discarded} before the wait; where it ends, the caller gets the result, or
 * {@link FailedResultException} if the policy says so. No caller gets this exception. It serves adapters, which know of
 * a call what the policy of a service cannot know.
 *
 * <pre>{@code
 * HttpResponse<String> response = users.callInterruptibly(() -> {
 *     HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
 *     Classification found = judge(request, answer);
 *     if (!found.isSuccess()) {
 *         throw new FailedResult(answer, found);
 *     }
 *     return answer;
 * });
 * }</pre>
 *
 * <p>The attempt of a batch, and a call that is {@linkplain RetryCall made by hand}, take it for an exception of the
 * given classification. It has no stack trace and cannot be serialized.
 *
 * @since 0.1
 */
public final class FailedResult extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Object result;
    private final transient Classification classification;

    /**
     * Creates what an operation throws instead of returning.
     *
     * @param result what the operation would have returned, of the type that it declares
     * @param classification what kind of failure that is
     * @throws IllegalArgumentException for {@link Classification#success()}
     */
    public FailedResult(@Nullable Object result, Classification classification) {
        super(null, null, false, false);
        Objects.requireNonNull(classification, "classification");
        Checks.check(!classification.isSuccess(), "classification", classification, "a failure");
        this.result = result;
        this.classification = classification;
    }

    /**
     * Returns the result.
     *
     * @return what the operation would have returned
     */
    public @Nullable Object result() {
        return result;
    }

    /**
     * Returns what kind of failure the result is.
     *
     * @return never {@link Classification#success()}
     */
    public Classification classification() {
        return classification;
    }

    @Override
    public String getMessage() {
        return "failed result: " + classification;
    }
}
