package io.forbear.retry.spring;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Criticality;
import io.forbear.retry.Retry;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.MethodClassKey;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.ClassUtils;

/**
 * The retried methods of an application context. Each is made from its annotation when the application starts, or by
 * the first call of a bean that is made later.
 */
final class RetriedMethods {

    private final ConfigurableListableBeanFactory beans;
    private final RetryLookup services;
    private final EmbeddedValueResolver placeholders;
    private final Bridge bridge;
    private final Map<MethodClassKey, RetriedMethod> methods = new ConcurrentHashMap<>();

    RetriedMethods(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
        this.services = new Services(beans);
        this.placeholders = new EmbeddedValueResolver(beans);
        this.bridge = new Bridge(beans, placeholders);
    }

    /** Returns the method that is called; {@code null} if it is not annotated. */
    @Nullable
    RetriedMethod get(MethodInvocation invocation) {
        Method method = invocation.getMethod();
        Object bean = invocation.getThis();
        Class<?> type = bean == null ? method.getDeclaringClass() : bean.getClass();
        MethodClassKey key = new MethodClassKey(method, type);
        RetriedMethod known = methods.get(key);
        return known != null ? known : add(key, method, ClassUtils.getUserClass(type));
    }

    private @Nullable RetriedMethod add(MethodClassKey key, Method method, Class<?> type) {
        RetryAnnotation annotation = annotation(method, type);
        if (annotation == null) {
            return null;
        }
        Problems problems = new Problems();
        RetriedMethod made = make(AopUtils.getMostSpecificMethod(method, type), type, annotation, problems);
        problems.throwIfAny();
        if (made != null) {
            methods.put(key, made);
        }
        return made;
    }

    /** Finds what is said of the retries of a method; {@code null} for nothing. */
    @Nullable
    RetryAnnotation annotation(Method method, Class<?> type) {
        Declaration own = Declaration.find(method, type);
        return own == null && bridge.isThere() ? BridgedRetryable.find(method, type) : own;
    }

    /** Tells whether the bridge has taken an annotation from the library that it belongs to. */
    boolean takesOver(String annotation) {
        return BridgedRetryable.is(annotation) && bridge.isThere();
    }

    /** Makes what an annotation says; {@code null} where that has problems. */
    @Nullable
    RetriedMethod make(Method method, Class<?> type, RetryAnnotation annotation, Problems problems) {
        Problems own = new Problems();
        String place = Problems.place(type, method);
        Retry retry = null;
        ClientKey client = null;
        Fallback fallback = null;
        if (annotation instanceof Declaration said) {
            retry = retry(said, place, own);
            client = said.client().isEmpty() ? null : ClientKey.read(said.client(), method, type, beans, own);
            fallback = said.fallbackMethod().isEmpty() ? null : Fallback.find(said.fallbackMethod(), method, type, own);
        } else if (annotation instanceof BridgedRetryable bridged) {
            retry = bridge.retry(bridged, method, type, own);
            fallback = bridged.ofFramework()
                    ? null
                    : Fallback.recover(bridged.annotation().getString("recover"), method, type, own);
        }
        CallForm form = ReturnType.form(method, type, fallback, own);
        problems.addAll(own);
        return retry == null || form == null || !own.isEmpty()
                ? null
                : new RetriedMethod(retry, client, OuterTransaction.mayJoin(method, type), form);
    }

    private @Nullable Retry retry(Declaration declaration, String place, Problems problems) {
        String name = resolve(declaration.service(), place, "name", problems);
        CallOptions options = options(declaration, place, problems);
        if (name == null || options == null) {
            return null;
        }
        if (name.isBlank()) {
            problems.add(place, "name", "\"\"", "the name of a service");
            return null;
        }
        try {
            Retry retry = services.get(name);
            return options.equals(CallOptions.defaults()) ? retry : retry.with(options);
        } catch (IllegalArgumentException unknown) {
            problems.add(place, "name", unknown);
            return null;
        }
    }

    private @Nullable CallOptions options(Declaration declaration, String place, Problems problems) {
        CallOptions options = CallOptions.defaults();
        options = switch (declaration.idempotent()) {
            case YES -> options.idempotent();
            case NO -> options.nonIdempotent();
            case BY_POLICY -> options;
        };
        if (declaration.criticality() != Criticality.NORMAL) {
            options = options.criticality(declaration.criticality());
        }
        if (declaration.deadline().isEmpty()) {
            return options;
        }
        String text = resolve(declaration.deadline(), place, "deadline", problems);
        Duration deadline = text == null ? null : duration(text);
        if (deadline == null || deadline.isNegative() || deadline.isZero()) {
            String shown = text == null ? declaration.deadline() : text;
            problems.add(place, "deadline", shown, "a time above zero, such as 2s, 500ms, 1m30s or PT2S");
            return null;
        }
        return options.deadline(deadline);
    }

    private static @Nullable Duration duration(String text) {
        try {
            return DurationFormatterUtils.detectAndParse(text.strip());
        } catch (IllegalArgumentException unreadable) {
            return null;
        }
    }

    private @Nullable String resolve(String text, String place, String name, Problems problems) {
        try {
            String resolved = placeholders.resolveStringValue(text);
            return resolved == null ? "" : resolved;
        } catch (RuntimeException unresolved) {
            problems.add(place, name, unresolved);
            return null;
        }
    }
}
