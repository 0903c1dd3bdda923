package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** What tests of a {@link RetryableBridge} use beside: one that remembers what it was asked for. */
abstract class BridgeFixture extends SpringFixture {

    final Map<String, Retry> made = new LinkedHashMap<>();

    private Retry make(String service, RetryPolicy policy) {
        Retry retry = open(Retries.named(service)
                .policy(policy)
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(time.runtime())
                .build());
        assertThat(made.put(service, retry)).as("a second " + service).isNull();
        return retry;
    }

    final AnnotationConfigApplicationContext bridged(boolean bridge, Class<?>... types) {
        AnnotationConfigApplicationContext context = open(new AnnotationConfigApplicationContext());
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("retries", "4", "wait", "20ms", "attempts", "2")));
        if (bridge) {
            context.registerBean(RetryableBridge.class, () -> this::make);
        }
        context.register(Enabled.class);
        context.register(types);
        context.refresh();
        return context;
    }

    final List<String> bridgeProblems(Class<?>... types) {
        try {
            bridged(true, types);
            return List.of();
        } catch (InvalidForbearRetryException invalid) {
            return invalid.problems();
        }
    }
}
