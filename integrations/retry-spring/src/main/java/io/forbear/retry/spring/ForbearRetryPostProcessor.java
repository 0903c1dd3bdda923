package io.forbear.retry.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Makes the calls of beans whose methods are annotated with {@link ForbearRetry} by their services. {@link
 * EnableForbearRetry} registers it; a configuration that does not use that declares it as a bean.
 *
 * <p>Its advice is put before all that a bean has already, so that it encloses {@code @Transactional} and
 * {@code @Cacheable}. When all singletons are made it looks at the annotations of all beans, those too that are made
 * later, and throws an {@link InvalidForbearRetryException} with all that is wrong.
 *
 * <p>{@link #setProxyTargetClass} and {@link #setOrder} are for the time before it is in use. Thread-safe after that.
 *
 * @since 0.1
 */
public final class ForbearRetryPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor
        implements SmartInitializingSingleton {

    /**
     * When it runs among the post-processors that make proxies: before those which find the methods that a schedule or
     * a message calls, so that these call the proxy. A proxy of {@code @Async} is around it, then.
     */
    public static final int DEFAULT_ORDER = Ordered.LOWEST_PRECEDENCE - 1;

    private static final long serialVersionUID = 1L;

    /** That of the superclass is private in Spring 6. */
    private transient @Nullable ConfigurableListableBeanFactory beans;

    private transient @Nullable RetriedMethods methods;

    /** Creates the post-processor. */
    public ForbearRetryPostProcessor() {
        setBeforeExistingAdvisors(true);
        setOrder(DEFAULT_ORDER);
        this.advisor = new DefaultPointcutAdvisor(new Annotated(), (MethodInterceptor) invocation -> {
            RetriedMethods known = methods;
            RetriedMethod retried = known == null ? null : known.get(invocation);
            return retried == null ? invocation.proceed() : retried.call(invocation);
        });
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        super.setBeanFactory(beanFactory);
        if (!(beanFactory instanceof ConfigurableListableBeanFactory listable)) {
            throw new IllegalArgumentException(
                    "beanFactory: " + beanFactory + " (expected: that of an application context)");
        }
        beans = listable;
        methods = new RetriedMethods(listable);
    }

    /** Looks at the annotations of all beans. */
    @Override
    public void afterSingletonsInstantiated() {
        ConfigurableListableBeanFactory all = beans;
        RetriedMethods known = methods;
        if (all != null && known != null) {
            new StartUpCheck(all, known, this::isSubclassed).run();
        }
    }

    /** A class that cannot be proxied is left as it is, for {@link #afterSingletonsInstantiated} to tell of. */
    @Override
    protected boolean isEligible(Object bean, String beanName) {
        return super.isEligible(bean, beanName) && isProxyable(bean.getClass(), beanName);
    }

    @Override
    protected boolean isEligible(Class<?> targetClass) {
        return super.isEligible(targetClass) && isProxyable(targetClass, "");
    }

    private boolean isProxyable(Class<?> type, String beanName) {
        return !(Modifier.isFinal(type.getModifiers()) && isSubclassed(type, beanName));
    }

    /** Tells whether the proxy of a bean is a subclass of it, and not of its interfaces alone. */
    private boolean isSubclassed(Class<?> type, String beanName) {
        if (Proxy.isProxyClass(type) || ClassUtils.isLambdaClass(type)) {
            return false;
        }
        if (isProxyTargetClass() || beans != null && AutoProxyUtils.shouldProxyTargetClass(beans, beanName)) {
            return true;
        }
        for (Class<?> one : ClassUtils.getAllInterfacesForClass(type, getProxyClassLoader())) {
            if (!isConfigurationCallbackInterface(one)
                    && !isInternalLanguageInterface(one)
                    && ReflectionUtils.getAllDeclaredMethods(one).length > 0) {
                return false;
            }
        }
        return true;
    }

    /** Matches the methods that are annotated, or whose class is. */
    private final class Annotated extends StaticMethodMatcherPointcut {

        Annotated() {
            setClassFilter(type -> AnnotationUtils.isCandidateClass(type, ForbearRetry.class)
                    && !AopInfrastructureBean.class.isAssignableFrom(type));
        }

        @Override
        public boolean matches(Method method, Class<?> type) {
            RetriedMethods known = methods;
            return known != null && known.annotation(method, ClassUtils.getUserClass(type)) != null;
        }
    }
}
