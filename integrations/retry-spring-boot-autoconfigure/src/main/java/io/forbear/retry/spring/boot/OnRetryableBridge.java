package io.forbear.retry.spring.boot;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether the property of the bridge is true, in any spelling that Boot reads; what Boot cannot read is refused. */
final class OnRetryableBridge implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return Binder.get(context.getEnvironment())
                .bind(RegistryBridge.PROPERTY, Boolean.class)
                .orElse(false);
    }
}
