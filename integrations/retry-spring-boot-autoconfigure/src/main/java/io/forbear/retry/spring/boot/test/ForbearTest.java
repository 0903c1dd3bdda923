package io.forbear.retry.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTestContextBootstrapper;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of what an application does while a service fails: of the auto-configurations, those of Forbear alone, with
 * the properties of the application, and of its beans those that the test names. Time is virtual: a wait of a minute
 * takes none, and is the same each time.
 *
 * <pre>{@code
 * @ForbearTest(Orders.class)
 * class OrdersTest {
 *
 *     @Autowired Orders orders;
 *     @Autowired ManualRuntime time;          // moves the clock of asynchronous calls, and knows who slept
 *     @Autowired RecordingListener recorded;  // every attempt, retry and stop
 * }
 * }</pre>
 *
 * <p>Each test has services of its own, so that no budget and no breaker is left over from the one before. A budget
 * begins with two tokens, as in production: a test in which more calls fail says {@code
 * forbear.default.retry-budget=none}.
 *
 * @since 0.1
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(SpringExtension.class)
@BootstrapWith(SpringBootTestContextBootstrapper.class)
@ContextConfiguration
@DirtiesContext(classMode = DirtiesContext.ClassMode.AFTER_EACH_TEST_METHOD)
@TestPropertySource(properties = "spring.boot.enableautoconfiguration=false")
@ImportAutoConfiguration
public @interface ForbearTest {

    /**
     * Names the beans of the test and the classes that configure them.
     *
     * @return classes; without any, the application's own class, whose components are all loaded
     */
    @AliasFor(annotation = ContextConfiguration.class, attribute = "classes")
    Class<?>[] value() default {};
}
