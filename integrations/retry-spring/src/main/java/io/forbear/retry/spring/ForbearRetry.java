package io.forbear.retry.spring;

import io.forbear.retry.Criticality;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Makes each call of a bean's method a call to a service: retried by the policy of the service, within its budget, past
 * its circuit breaker and before its deadline. One annotation stands for all of them, so that they cannot be in a wrong
 * order.
 *
 * <pre>{@code
 * @ForbearRetry(value = "orders", fallbackMethod = "cached")
 * Order load(long id) { ... }
 *
 * Order cached(long id, Exception failure) { ... }
 * }</pre>
 *
 * <p>On a class or an interface it stands for the public methods; the annotation of a method goes before that of its
 * type. It may be used as a meta-annotation, whose attributes are renamed by {@link AliasFor}.
 *
 * <h2>What a method may return</h2>
 *
 * <ul>
 *   <li>A value, or {@code void}: the thread of the caller makes the attempts, and waits between them.
 *   <li>{@code CompletableFuture} or {@code CompletionStage}: the method is called again for each attempt, and no
 *       thread waits. A failed stage is a failed attempt.
 *   <li>{@code Mono}, {@code Flux} or {@code Publisher}, with {@code retry-reactor}: the method is called again for
 *       each attempt of each subscription.
 *   <li>A value of a {@code suspend} function of Kotlin, or {@code Flow}, with {@code retry-kotlin}: the function is
 *       called again for each attempt, in the coroutine of the caller or collector, which waits by {@code delay}.
 * </ul>
 *
 * <p>{@code Future}, {@code Job}, and a {@code void} method that is {@code @Async} too are refused when the application
 * starts, as is all else that would silently not be retried: see {@link InvalidForbearRetryException}.
 *
 * <h2>Order</h2>
 *
 * <p>The retry encloses {@code @Transactional}, {@code @Cacheable} and all other advice that was there before: each
 * attempt has its own transaction, and a call that the cache answers is one attempt that succeeds. A method that takes
 * part in a transaction which its caller has begun is attempted once, and the call ends with {@code NOT_REPEATABLE}:
 * its failure has spoilt that transaction. The caller is what is to be retried there.
 *
 * <h2>The options of a call</h2>
 *
 * <p>Beside the attributes below, a call follows the request that its thread serves, where {@code retry-http}'s filter
 * knows it: the deadline of the caller upstream, and the attempt that it makes. See {@code
 * io.forbear.retry.http.IncomingCall}.
 *
 * @since 0.1
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface ForbearRetry {

    /**
     * Names the service, as {@link RetryLookup} knows it. Placeholders ({@code ${...}}) are resolved when the
     * application starts.
     *
     * @return the name of the service; the same as {@link #name()}
     */
    @AliasFor("name")
    String value() default "";

    /**
     * Names the service.
     *
     * @return the name of the service; the same as {@link #value()}
     */
    @AliasFor("value")
    String name() default "";

    /**
     * Says whether the method may be carried out twice.
     *
     * @return {@link Idempotent#BY_POLICY} by default
     */
    Idempotent idempotent() default Idempotent.BY_POLICY;

    /**
     * Sets the deadline of each call: the most that all of its attempts and waits may take. The nearer of this and the
     * policy's holds. Placeholders are resolved.
     *
     * @return a time such as {@code 2s}, {@code 500ms}, {@code 1m30s} or {@code PT2S}; a plain number is milliseconds;
     *     empty, the default, for that of the policy
     */
    String deadline() default "";

    /**
     * Sets how much the calls matter.
     *
     * @return {@link Criticality#NORMAL} by default
     */
    Criticality criticality() default Criticality.NORMAL;

    /**
     * Names the client whose budget a call draws on: an expression of SpEL over the arguments, such as {@code #tenant},
     * {@code #p0} or {@code #order.customer.id}, or over beans, such as {@code @tenants.current()}. It is evaluated
     * once for each call.
     *
     * @return an expression, whose value is turned into a string; {@code null} is no client. Empty, the default, for no
     *     client
     */
    String client() default "";

    /**
     * Names the method that makes the result where the call has failed: after the last attempt, or where no attempt was
     * allowed. It is a method of the same class, with the same parameters, and an exception as one more if it wants to
     * know the failure; it returns what the method returns. Of several with the name, that with the nearest type of
     * exception is called, once, outside of the retry. It may be an overload of the method, not the method itself. That
     * of a {@code suspend} function may suspend. An {@link Error}, an interrupt and a cancel have no fallback.
     *
     * @return the name of a method; empty, the default, for none
     */
    String fallbackMethod() default "";

    /**
     * Whether a method may be carried out twice.
     *
     * @since 0.1
     */
    enum Idempotent {
        /** As the policy of the service says, which takes operations for idempotent unless told otherwise. */
        BY_POLICY,
        /** Whatever it failed with, it may be carried out again. */
        YES,
        /** It is carried out again only if it is certain that the failed attempt did nothing. */
        NO
    }
}
