package io.forbear.retry.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which service a field or a parameter of type {@link io.forbear.retry.Retry} gets from {@link ForbearExtension}.
 * A field needs it, a parameter can do without.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER})
public @interface TestRetry {

    /**
     * The name of the service. Fields and parameters with one name in one test get the same service; at most one of
     * them may have settings.
     *
     * @return {@value ForbearExtension#SERVICE} by default
     */
    String service() default ForbearExtension.SERVICE;

    /**
     * The settings of the service, each as a line of its text configuration: {@code "max-attempts=4"}. The guide lists
     * all keys; what is not written has its default.
     *
     * @return none by default
     */
    String[] settings() default {};

    /**
     * Whether calls may still be open when the test has ended. Otherwise a test that passed fails if a call of the
     * service has not ended, such as an asynchronous one that waits for time which the test did not let pass.
     *
     * @return {@code false} by default
     */
    boolean mayStayOpen() default false;
}
