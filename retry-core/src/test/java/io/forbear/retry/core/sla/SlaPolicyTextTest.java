package io.forbear.retry.core.sla;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Criticality;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.config.ServiceConfig;
import io.forbear.retry.error.ErrorCategory;
import java.io.StringReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A plan in code, as Java and as properties: the same policy. */
class SlaPolicyTextTest {

    static Stream<SlaPolicy> plans() {
        Latency latency = new Latency(ofMillis(20), ofMillis(60));
        SlaTarget usual = SlaPolicyTest.request(0.9995, ofSeconds(2), latency, 0.02);
        return Stream.of(
                        usual,
                        usual.errorRate(0.2),
                        usual.errorRate(0.4),
                        usual.criticality(Criticality.CRITICAL),
                        usual.deadline(ofMillis(250))
                                .criticality(Criticality.SHEDDABLE)
                                .errorRate(0.03),
                        usual.deadline(ofMillis(1)))
                .map(SlaPolicy::of);
    }

    /** Where numbers have digits of another script, generated code and settings have those of Java. */
    @ParameterizedTest
    @MethodSource("plans")
    void theTextIsTheSameInEveryLocale(SlaPolicy plan) {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.ROOT);
            String java = plan.java();
            String properties = plan.properties();
            String words =
                    plan + SlaPlan.of(0.9995, 0.1, ofSeconds(2), ofMillis(100)).toString();
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            SlaPolicy again = SlaPolicy.of(plan.target());

            assertThat(String.format("%d", 3))
                    .as("the locale has digits of its own")
                    .isNotEqualTo("3");
            assertThat(again.java()).isEqualTo(java);
            assertThat(again.properties()).isEqualTo(properties);
            assertThat(again
                            + SlaPlan.of(0.9995, 0.1, ofSeconds(2), ofMillis(100))
                                    .toString())
                    .isEqualTo(words);
        } finally {
            Locale.setDefault(before);
        }
    }

    private static ServiceConfig config(SlaPolicy plan) throws Exception {
        Properties properties = new Properties();
        properties.load(new StringReader(plan.properties()));
        return RetryConfig.of(properties).service("orders");
    }

    private static Class<?> compiled(SlaPolicy plan, Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve(plan.javaClass() + ".java"), plan.java());
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-Xlint:all", "-Werror", "-proc:none", "-d", folder.toString(), file.toString());
        assertThat(failed).as(plan.java()).isZero();
        URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
        return loader.loadClass("OrdersRetry");
    }

    private static Object call(Class<?> type, String method) throws Exception {
        return type.getMethod(method).invoke(null);
    }

    @Tag("bounds")
    @ParameterizedTest
    @MethodSource("plans")
    void theJavaCompilesAndIsThePolicyThatTheRegistryReads(SlaPolicy plan, @TempDir Path folder) throws Exception {
        Class<?> code = compiled(plan, folder);
        RetryPolicy policy = (RetryPolicy) call(code, "policy");
        ServiceConfig text = config(plan);

        assertThat(policy.toString()).isEqualTo(text.policy().toString());
        assertThat(plan.policy().toString()).isEqualTo(text.policy().toString());
        assertThat(plan.budget()).isEqualTo(text.budget());
        assertThat(policy.maxAttempts()).isEqualTo(text.policy().maxAttempts()).isEqualTo(plan.attempts());
        assertThat(policy.deadlineNanos())
                .isEqualTo(text.policy().deadlineNanos())
                .isEqualTo(plan.target().deadline().toNanos());
        assertThat(policy.attemptTimeoutNanos())
                .isEqualTo(text.policy().attemptTimeoutNanos())
                .isEqualTo(plan.attemptTimeout().toNanos());
        assertThat(policy.backoff().base()).isEqualTo(plan.firstBackoff());
        for (ErrorCategory category : ErrorCategory.values()) {
            assertThat(policy.backoff(category)).isEqualTo(text.policy().backoff(category));
        }
        assertThat(call(code, "budget")).isEqualTo(text.budget());
        assertThat(text.circuitBreaker()).isEqualTo(CircuitBreakers.standard());
        try (Retry retry = (Retry) call(code, "retry")) {
            assertThat(retry.call(() -> "made")).isEqualTo("made");
        }
    }

    @Test
    void someOfThesePlansHaveABackoffOfTheirOwnAndSomeAnotherBudget() {
        assertThat(plans()).anyMatch(plan -> !plan.hasUsualBackoff());
        assertThat(plans()).anyMatch(plan -> plan.budgetRatio() > 0.2);
        assertThat(plans()).anyMatch(plan -> plan.budgetRatio() < 0.2);
        assertThat(plans()).anyMatch(plan -> plan.attempts() == 1);
    }

    @Test
    void callsThatAreNotNormalAreMarkedInCode() {
        SlaPolicy plan = plans().filter(one -> one.target().criticality() == Criticality.CRITICAL)
                .findFirst()
                .orElseThrow();

        assertThat(plan.java()).contains(".with(CallOptions.defaults().criticality(Criticality.CRITICAL))");
        assertThat(plan.properties()).startsWith("# no key says that calls are critical");
    }

    @Test
    void theJavaHasTheTimesInMillisecondsAndSaysWhatIsPromised() {
        String java = plans().findFirst().orElseThrow().java();

        assertThat(java)
                .contains(".attemptTimeout(Duration.ofMillis(120))", ".deadline(Duration.ofMillis(2000))")
                .contains("/** 99.95 % of the calls within 2 s, where 2 % of the attempts fail; made by SlaPolicy. */");
    }

    @Test
    void theClassHasTheWordsOfTheService() {
        SlaTarget target = SlaTarget.of("my-orders..v2_", 0.99, ofSeconds(1));

        assertThat(SlaPolicy.of(target).javaClass()).isEqualTo("MyOrdersV2Retry");
    }
}
