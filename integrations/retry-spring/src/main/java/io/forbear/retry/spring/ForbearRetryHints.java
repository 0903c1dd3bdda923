package io.forbear.retry.spring;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.MethodIntrospector;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Tells a native image what is called by reflection for annotated beans: the methods themselves, behind their advice;
 * their fallbacks, and with a {@link RetryableBridge} the {@code @Recover} methods of spring-retry; and what the
 * expression of a client reads of arguments and beans. Spring finds it by {@code META-INF/spring/aot.factories}.
 *
 * @since 0.1
 */
public final class ForbearRetryHints implements BeanRegistrationAotProcessor {

    /** Creates the processor. */
    public ForbearRetryHints() {}

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
        Class<?> type = ClassUtils.getUserClass(registeredBean.getBeanClass());
        ConfigurableListableBeanFactory beans = registeredBean.getBeanFactory();
        boolean isBridged = beans.getBeanNamesForType(RetryableBridge.class, true, false).length > 0;
        Found found = new Found(type, beans);
        for (Method method : MethodIntrospector.selectMethods(
                type, (ReflectionUtils.MethodFilter) one -> annotation(one, type, isBridged) != null)) {
            RetryAnnotation annotation = annotation(method, type, isBridged);
            if (annotation instanceof Declaration declaration) {
                found.add(method, declaration);
            } else if (annotation instanceof BridgedRetryable bridged) {
                found.add(method, bridged);
            }
        }
        return found.called.isEmpty() ? null : (generation, code) -> found.register(generation.getRuntimeHints());
    }

    private static @Nullable RetryAnnotation annotation(Method method, Class<?> type, boolean isBridged) {
        Declaration own = Declaration.find(method, type);
        return own == null && isBridged ? BridgedRetryable.find(method, type) : own;
    }

    /** What is found of one bean. */
    private static final class Found {

        private final Class<?> type;
        private final ConfigurableListableBeanFactory beans;
        private final Set<Method> called = new LinkedHashSet<>();
        /** Types whose methods an expression calls. */
        private final Set<Class<?>> asked = new HashSet<>();
        /** Types whose properties an expression reads, and the properties of these. */
        private final Set<Class<?>> read = new HashSet<>();

        Found(Class<?> type, ConfigurableListableBeanFactory beans) {
            this.type = type;
            this.beans = beans;
        }

        void add(Method method, Declaration declaration) {
            addCalled(method);
            if (!declaration.fallbackMethod().isEmpty()) {
                addFallback(Fallback.find(declaration.fallbackMethod(), method, type, new Problems()));
            }
            if (!declaration.client().isEmpty()) {
                read.addAll(SuspendFunction.parameters(method));
                asked.add(type);
                for (String bean : ClientKey.beans(declaration.client())) {
                    Class<?> ofBean = beans.containsBean(bean) ? beans.getType(bean) : null;
                    if (ofBean != null) {
                        asked.add(ClassUtils.getUserClass(ofBean));
                    }
                }
            }
        }

        void add(Method method, BridgedRetryable bridged) {
            addCalled(method);
            if (!bridged.ofFramework()) {
                addFallback(Fallback.recover(bridged.annotation().getString("recover"), method, type, new Problems()));
            }
        }

        /** The method, and that of an interface, which a proxy of the interface calls. */
        private void addCalled(Method method) {
            called.add(method);
            called.add(ClassUtils.getInterfaceMethodIfPossible(method, type));
        }

        private void addFallback(@Nullable Fallback fallback) {
            if (fallback != null) {
                called.addAll(fallback.methods());
            }
        }

        void register(RuntimeHints hints) {
            ReflectionHints reflection = hints.reflection();
            called.forEach(method -> reflection.registerMethod(method, ExecutableMode.INVOKE));
            asked.forEach(one -> reflection.registerType(one, MemberCategory.INVOKE_PUBLIC_METHODS));
            new BindingReflectionHintsRegistrar().registerReflectionHints(reflection, read.toArray(Class<?>[]::new));
            read.stream()
                    .filter(one -> !one.isPrimitive() && !ClassUtils.isPrimitiveWrapper(one))
                    .forEach(one -> reflection.registerType(one, MemberCategory.INVOKE_PUBLIC_METHODS));
        }
    }
}
