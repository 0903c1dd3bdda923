package io.forbear.retry.aws.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.StubServer.Request;
import io.forbear.retry.export.ExportedPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.apigatewayv2.ApiGatewayV2Client;

/** Both kinds of API, by their real clients against a server that speaks rest-json. */
class GatewaySettingsTest {

    private static final ExportedPolicy SLOW = Keeper.policy(3, Duration.ofMinutes(1), Duration.ofHours(1));
    private static final ExportedPolicy QUICK = Keeper.policy(3, Duration.ofMillis(1500), Duration.ofHours(1));

    private static Answer rest(Keeper keeper, Request request) {
        assertThat(request.uri().getPath()).isEqualTo("/restapis/api/resources/res/methods/GET/integration");
        if (request.method().equals("GET")) {
            return keeper.held();
        }
        assertThat(request.method()).isEqualTo("PATCH");
        JsonNode operation =
                Keeper.object(request.body()).get("patchOperations").get(0);
        assertThat(operation.get("op").asText()).isEqualTo("replace");
        assertThat(operation.get("path").asText()).isEqualTo("/timeoutInMillis");
        return keeper.merge(
                Keeper.object("{\"timeoutInMillis\":" + operation.get("value").asText() + "}"));
    }

    private static Answer http(Keeper keeper, Request request) {
        assertThat(request.uri().getPath()).isEqualTo("/v2/apis/api/integrations/int");
        return request.method().equals("GET") ? keeper.held() : keeper.merge(Keeper.object(request.body()));
    }

    private static ServiceSetting rest(Keeper keeper, ExportedPolicy policy) {
        return ApiGatewaySettings.of(keeper.server().client(ApiGatewayClient.builder()))
                .integration("api", "res", "GET", policy);
    }

    private static ServiceSetting http(Keeper keeper, ExportedPolicy policy) {
        return HttpApiSettings.of(keeper.server().client(ApiGatewayV2Client.builder()))
                .integration("api", "int", policy);
    }

    @Test
    void theTimeoutOfARestApiIsTheAttemptTimeoutWithinItsRange() {
        try (Keeper keeper = new Keeper("{\"type\":\"HTTP\",\"timeoutInMillis\":29000}", GatewaySettingsTest::rest)) {
            assertThat(rest(keeper, SLOW).apply(Duration.ZERO).written()).isFalse();
            assertThat(rest(keeper, QUICK).apply(Duration.ZERO).changes())
                    .containsExactly(new SettingDifference("timeoutInMillis", "1500", "29000"));
            assertThat(keeper.document()).isEqualTo(Keeper.object("{\"type\":\"HTTP\",\"timeoutInMillis\":1500}"));
            assertThat(rest(keeper, Keeper.policy(3)).apply().written()).isFalse();
        }
    }

    @Test
    void theTimeoutOfAnHttpApiIsTheAttemptTimeoutWithinItsRange() {
        try (Keeper keeper = new Keeper("{\"integrationType\":\"HTTP_PROXY\"}", GatewaySettingsTest::http)) {
            SettingReport report = http(keeper, SLOW).apply(Duration.ZERO);

            assertThat(report.changes()).containsExactly(new SettingDifference("timeoutInMillis", "30000", "nothing"));
            assertThat(report.export().clamped()).hasToString("[timeoutInMillis: 60000 became 30000]");
            assertThat(keeper.document())
                    .isEqualTo(Keeper.object("{\"integrationType\":\"HTTP_PROXY\",\"timeoutInMillis\":30000}"));
        }
    }

    @Test
    void aTimeoutThatTheServiceHoldsOtherwiseIsAnError() {
        try (Keeper keeper = new Keeper("{}", GatewaySettingsTest::rest);
                Keeper second = new Keeper("{}", GatewaySettingsTest::http)) {
            keeper.twist(kept -> kept.put("timeoutInMillis", 29000));
            second.twist(kept -> kept.put("timeoutInMillis", 29000));

            assertThatThrownBy(() -> rest(keeper, QUICK).apply(Duration.ZERO))
                    .hasMessage("REST API api, resource res, method GET: timeoutInMillis: 29000"
                            + " (expected: 1500, as it was sent)");
            assertThatThrownBy(() -> http(second, QUICK).apply(Duration.ZERO))
                    .hasMessage("HTTP API api, integration int: timeoutInMillis: 29000"
                            + " (expected: 1500, as it was sent)");
        }
    }

    @Test
    void aNegativeTimeIsRefused() {
        try (Keeper keeper = new Keeper("{}", GatewaySettingsTest::rest)) {
            assertThatThrownBy(() -> rest(keeper, QUICK).apply(Duration.ofMillis(-1)))
                    .hasMessage("readBackFor: PT-0.001S (expected: >= PT0S)");
            assertThat(keeper.server().count()).isZero();
        }
    }
}
