package io.forbear.retry.junit;

import io.forbear.retry.Retry;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * Gives each test services on virtual time of its own, in fields and parameters, and shows the attempts of a test that
 * failed. It runs on JUnit 5 and on JUnit 6.
 *
 * <pre>{@code
 * @ExtendWith(ForbearExtension.class)
 * class UsersTest {
 *     @Test
 *     void aUserIsFoundAtTheThirdAttempt(
 *             @TestRetry(settings = {"max-attempts=4", "jitter=none"}) Retry users, ManualSleeper sleeper) {
 *         assertThat(new Users(users, server).find(7)).isEqualTo("Ada");
 *         assertThat(sleeper.sleeps()).hasSize(2);
 *     }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>A parameter of a test, or of a method that is run before or after each test, of type {@link Retry}, with or
 *       without {@link TestRetry}; or of a type that {@link TestTime} names. A field with one of the two annotations.
 *   <li>All services of a test live by one {@link io.forbear.retry.testkit.ManualRuntime} and tell one {@link
 *       io.forbear.retry.testkit.RecordingListener}, which observes every call. Nothing is shared by two tests, which
 *       may run at the same time; the services are closed after the test.
 *   <li>A test that fails gets a suppressed {@link AttemptsOfTest}: what each service did, at which virtual time.
 *   <li>A test that passed fails with an {@link AssertionError} if a call has not ended, unless {@link
 *       TestRetry#mayStayOpen} allows it.
 * </ul>
 *
 * @since 0.1
 */
public final class ForbearExtension
        implements BeforeEachCallback, AfterEachCallback, TestExecutionExceptionHandler, ParameterResolver {

    /** The name of a service that is given none: {@value}. */
    public static final String SERVICE = "test";

    private static final Namespace NAMESPACE = Namespace.create(ForbearExtension.class);

    /** Made by JUnit. */
    public ForbearExtension() {}

    private static TestServices services(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(TestServices.class, none -> new TestServices(), TestServices.class);
    }

    /** Puts services into the fields of the test, and of the tests around it. */
    @Override
    public void beforeEach(ExtensionContext context) throws IllegalAccessException {
        TestServices services = services(context);
        for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
            for (Field field : fields(instance.getClass(), TestRetry.class)) {
                TestRetry wanted = field.getAnnotation(TestRetry.class);
                require(field.getType() == Retry.class, field, TestRetry.class, Retry.class.getName());
                set(field, instance, services.retry(wanted));
            }
            for (Field field : fields(instance.getClass(), TestTime.class)) {
                Object part = services.part(field.getType());
                require(part != null, field, TestTime.class, "one of " + TestServices.PARTS);
                set(field, instance, Objects.requireNonNull(part));
            }
        }
    }

    private static List<Field> fields(Class<?> type, Class<? extends java.lang.annotation.Annotation> mark) {
        return AnnotationSupport.findAnnotatedFields(type, mark, field -> true, HierarchyTraversalMode.TOP_DOWN);
    }

    private static void require(boolean holds, Field field, Class<?> mark, String rule) {
        if (!holds) {
            throw new ExtensionConfigurationException(
                    "@" + mark.getSimpleName() + " " + field.getDeclaringClass().getName() + "." + field.getName()
                            + ": " + field.getType().getName() + " (expected: " + rule + ")");
        }
    }

    private static void set(Field field, Object instance, Object value) throws IllegalAccessException {
        if (Modifier.isFinal(field.getModifiers()) || Modifier.isStatic(field.getModifiers())) {
            throw new ExtensionConfigurationException(field.getDeclaringClass().getName() + "." + field.getName() + ": "
                    + Modifier.toString(field.getModifiers()) + " (expected: neither final nor static)");
        }
        field.setAccessible(true);
        field.set(instance, value);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return context.getTestMethod().isPresent() && (type == Retry.class || TestServices.isPart(type));
    }

    @Override
    public Object resolveParameter(ParameterContext context, ExtensionContext extension) {
        Parameter parameter = context.getParameter();
        TestServices services = services(extension);
        Object part = services.part(parameter.getType());
        return part == null
                ? context.findAnnotation(TestRetry.class).map(services::retry).orElseGet(services::retry)
                : part;
    }

    /** Adds the attempts of the test to what it failed with. */
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        AttemptsOfTest.add(failure, services(context).attempts());
        throw failure;
    }

    /** Closes the services of the test. */
    @Override
    public void afterEach(ExtensionContext context) {
        TestServices services = services(context);
        services.close();
        if (context.getExecutionException().isEmpty()) {
            services.requireEnded();
        }
    }
}
