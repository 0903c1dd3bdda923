package io.forbear.retry.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The settings of Envoy, of the Gateway API and of Istio by the rules that their references have for each field. A
 * field that is in no table fails, so that nothing is written that is not known there.
 *
 * <p>Sources. Envoy: api/envoy/config/route/v3/route_components.proto (RouteAction, RetryPolicy) and
 * api/envoy/config/cluster/v3/circuit_breaker.proto of envoyproxy/envoy; the conditions are those of the page "Router",
 * x-envoy-retry-on. Gateway API: apis/v1/httproute_types.go and apisx/v1alpha1 of kubernetes-sigs/gateway-api, as the
 * reference of its version 1.4 has them; durations by GEP-2257. Istio: networking/v1alpha3/virtual_service.proto and
 * destination_rule.proto of istio/api.
 */
class ProxyFieldRulesTest {

    private static final String CONDITIONS = "(connect-failure|refused-stream|reset|retriable-status-codes)";

    /** JSON of a duration of protocol buffers: seconds with up to nine decimals. */
    private static final Predicate<Object> SECONDS = text("[0-9]{1,12}(\\.[0-9]{1,9})?s");

    private static final Predicate<Object> ABOVE_ZERO =
            SECONDS.and(value -> new BigDecimal(String.valueOf(value).replace("s", "")).signum() > 0);

    /** A duration of GEP-2257. */
    private static final Predicate<Object> GEP_2257 = text("([0-9]{1,5}(h|m|s|ms)){1,4}");

    private static final Predicate<Object> NAME = text("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private static final Map<String, Predicate<Object>> ENVOY = new LinkedHashMap<>();
    private static final Map<String, Predicate<Object>> GATEWAY_API = new LinkedHashMap<>();
    private static final Map<String, Predicate<Object>> ISTIO = new LinkedHashMap<>();

    static {
        // RouteAction
        ENVOY.put("route.timeout", SECONDS);
        // RetryPolicy
        ENVOY.put("route.retry_policy.retry_on", text("(" + CONDITIONS + "(," + CONDITIONS + ")*)?"));
        ENVOY.put("route.retry_policy.num_retries", whole(0, 4_294_967_295L));
        ENVOY.put("route.retry_policy.per_try_timeout", ABOVE_ZERO);
        ENVOY.put("route.retry_policy.retriable_status_codes[]", whole(100, 599));
        ENVOY.put("route.retry_policy.retry_back_off.base_interval", ABOVE_ZERO);
        ENVOY.put("route.retry_policy.retry_back_off.max_interval", ABOVE_ZERO);
        ENVOY.put("route.retry_policy.rate_limited_retry_back_off.reset_headers[].name", text("[A-Za-z-]+"));
        ENVOY.put(
                "route.retry_policy.rate_limited_retry_back_off.reset_headers[].format",
                text("SECONDS|UNIX_TIMESTAMP"));
        ENVOY.put("route.retry_policy.rate_limited_retry_back_off.max_interval", ABOVE_ZERO);
        // CircuitBreakers
        ENVOY.put("cluster.circuit_breakers.thresholds[].priority", text("DEFAULT|HIGH"));
        ENVOY.put("cluster.circuit_breakers.thresholds[].retry_budget.budget_percent.value", number(0, 100));
        ENVOY.put("cluster.circuit_breakers.thresholds[].retry_budget.min_retry_concurrency", whole(0, 4_294_967_295L));

        common(GATEWAY_API, "gateway.networking.k8s.io/v1|gateway.networking.x-k8s.io/v1alpha1");
        GATEWAY_API.put("kind", text("HTTPRoute|XBackendTrafficPolicy"));
        GATEWAY_API.put("spec.rules[].backendRefs[].name", NAME);
        GATEWAY_API.put("spec.rules[].backendRefs[].port", whole(1, 65_535));
        GATEWAY_API.put("spec.rules[].timeouts.request", GEP_2257);
        GATEWAY_API.put("spec.rules[].timeouts.backendRequest", GEP_2257);
        GATEWAY_API.put("spec.rules[].retry.codes[]", whole(400, 599));
        GATEWAY_API.put("spec.rules[].retry.attempts", whole(0, Integer.MAX_VALUE));
        GATEWAY_API.put("spec.rules[].retry.backoff", GEP_2257);
        GATEWAY_API.put("spec.targetRefs[].group", text(""));
        GATEWAY_API.put("spec.targetRefs[].kind", text("Service"));
        GATEWAY_API.put("spec.targetRefs[].name", NAME);
        GATEWAY_API.put("spec.retryConstraint.budget.percent", whole(0, 100));
        GATEWAY_API.put("spec.retryConstraint.budget.interval", GEP_2257);
        GATEWAY_API.put("spec.retryConstraint.minRetryRate.count", whole(1, 1_000_000));
        GATEWAY_API.put("spec.retryConstraint.minRetryRate.interval", GEP_2257);

        common(ISTIO, "networking.istio.io/v1");
        ISTIO.put("kind", text("VirtualService|DestinationRule"));
        ISTIO.put("spec.hosts[]", NAME);
        ISTIO.put("spec.host", NAME);
        ISTIO.put("spec.http[].route[].destination.host", NAME);
        Predicate<Object> atLeastAMilli = text("[1-9][0-9]*(s|ms)");
        ISTIO.put("spec.http[].timeout", atLeastAMilli);
        ISTIO.put("spec.http[].retries.attempts", whole(0, Integer.MAX_VALUE));
        ISTIO.put("spec.http[].retries.perTryTimeout", atLeastAMilli);
        ISTIO.put("spec.http[].retries.backoff", atLeastAMilli);
        String condition = "(" + CONDITIONS + "|[45][0-9]{2})";
        ISTIO.put("spec.http[].retries.retryOn", text("(" + condition + "(," + condition + ")*)?"));
        ISTIO.put("spec.trafficPolicy.retryBudget.percent", number(0, 100));
        ISTIO.put("spec.trafficPolicy.retryBudget.minRetryConcurrency", whole(0, 4_294_967_295L));
    }

    private static void common(Map<String, Predicate<Object>> rules, String versions) {
        rules.put("apiVersion", text(versions.replace(".", "\\.")));
        rules.put("metadata.name", NAME);
    }

    private static Predicate<Object> text(String pattern) {
        return value -> value instanceof String text && text.matches(pattern);
    }

    private static Predicate<Object> whole(long least, long most) {
        return value -> value instanceof Integer number && number >= least && number <= most;
    }

    private static Predicate<Object> number(double least, double most) {
        return value -> value instanceof Number number && number.doubleValue() >= least && number.doubleValue() <= most;
    }

    @Provide
    Arbitrary<ExportedPolicy> policies() {
        return Policies.any();
    }

    @Property(tries = 300)
    void envoyTakesEachField(@ForAll("policies") ExportedPolicy policy) {
        ExportResult export = Exports.envoy(policy);
        holds(ENVOY, export);
        Map<?, ?> route = (Map<?, ?>) ((Map<?, ?>) export.block()).get("route");
        if (route.get("retry_policy") instanceof Map<?, ?> retry) {
            Map<?, ?> backOff = (Map<?, ?>) retry.get("retry_back_off");
            // "must be greater than or equal to the base_interval"
            assertThat(seconds(backOff.get("max_interval")))
                    .isGreaterThanOrEqualTo(seconds(backOff.get("base_interval")));
            assertThat(retry.get("num_retries")).isEqualTo(policy.attempts() - 1);
        } else {
            assertThat(policy.attempts()).isEqualTo(1);
        }
    }

    private static BigDecimal seconds(Object duration) {
        return new BigDecimal(String.valueOf(duration).replace("s", ""));
    }

    @Property(tries = 300)
    void theGatewayApiTakesEachField(@ForAll("policies") ExportedPolicy policy) {
        holds(GATEWAY_API, Exports.gatewayApi(policy));
    }

    @Property(tries = 300)
    void istioTakesEachField(@ForAll("policies") ExportedPolicy policy) {
        holds(ISTIO, Exports.istio(policy));
    }

    private static void holds(Map<String, Predicate<Object>> rules, ExportResult export) {
        for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(export.text())) {
            Flat.of(document).forEach((field, value) -> {
                String name = field.replaceAll("\\[[0-9]+]", "[]");
                assertThat(rules).as("fields").containsKey(name);
                assertThat(rules.get(name).test(value))
                        .as("%s: %s", field, value)
                        .isTrue();
            });
        }
    }

    @Property(tries = 50)
    void aBudgetIsWrittenOrReported(@ForAll("policies") ExportedPolicy policy) {
        for (ExportTarget target : List.of(ExportTarget.ENVOY, ExportTarget.GATEWAY_API, ExportTarget.ISTIO)) {
            ExportResult export = target.export(policy);
            boolean isWritten =
                    export.text().contains("budget") || export.text().contains("Budget");
            boolean isReported = export.report().contains("budget: ");
            assertThat(policy.attempts() == 1 || isWritten || isReported)
                    .as(target.word())
                    .isTrue();
        }
    }
}
