package io.forbear.retry.spring;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ReflectionUtils;

/** The services of methods that are annotated with {@code @Retryable}, where there is a {@link RetryableBridge}. */
final class Bridge {

    private final ConfigurableListableBeanFactory beans;
    private final EmbeddedValueResolver placeholders;
    /** By the place of the method. */
    private final Map<String, Retry> made = new HashMap<>();

    private final Set<String> names = new HashSet<>();
    private @Nullable Boolean isThere;

    Bridge(ConfigurableListableBeanFactory beans, EmbeddedValueResolver placeholders) {
        this.beans = beans;
        this.placeholders = placeholders;
    }

    /** Tells whether the application context has a bridge. Asked when the definitions of all beans are known. */
    synchronized boolean isThere() {
        Boolean known = isThere;
        if (known == null) {
            known = beans.getBeanNamesForType(RetryableBridge.class, true, false).length > 0;
            isThere = known;
        }
        return known;
    }

    /** Returns the {@code Retry} of a method; {@code null} where its annotation has problems. */
    @Nullable
    Retry retry(BridgedRetryable bridged, Method method, Class<?> type, Problems problems) {
        String place = Problems.place(type, method);
        MergedAnnotation<?> annotation = bridged.annotation();
        RetryableReader reader = new RetryableReader(placeholders, annotation, place, problems);
        RetryPolicy policy;
        try {
            policy = bridged.ofFramework() ? reader.ofFramework() : reader.ofSpringRetry();
        } catch (IllegalArgumentException outOfRange) {
            problems.add(place, "@Retryable", outOfRange);
            return null;
        }
        if (!problems.isEmpty()) {
            return null;
        }
        return made(place, method, type, policy);
    }

    private synchronized Retry made(String place, Method method, Class<?> type, RetryPolicy policy) {
        Retry known = made.get(place);
        if (known == null) {
            RetryableBridge bridge = beans.getBean(RetryableBridge.class);
            known = Objects.requireNonNull(bridge.retry(name(method, type), policy), "retry");
            made.put(place, known);
        }
        return known;
    }

    /** Returns a short name that no other method has. */
    private String name(Method method, Class<?> type) {
        boolean single = MethodIntrospector.selectMethods(type, (ReflectionUtils.MethodFilter) one ->
                                one.getName().equals(method.getName()) && BridgedRetryable.find(one, type) != null)
                        .size()
                == 1;
        String called = single ? method.getName() : Problems.signature(method);
        String name = type.getSimpleName() + "." + called;
        if (!names.add(name)) {
            name = type.getName() + "." + called;
            names.add(name);
        }
        return name;
    }
}
