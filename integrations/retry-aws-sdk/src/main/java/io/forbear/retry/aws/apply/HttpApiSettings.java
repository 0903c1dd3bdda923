package io.forbear.retry.aws.apply;

import io.forbear.retry.export.AwsExports;
import io.forbear.retry.export.ExportResult;
import io.forbear.retry.export.ExportedPolicy;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.apigatewayv2.ApiGatewayV2Client;

/**
 * The timeout of integrations of HTTP APIs of API Gateway, by a policy. Thread-safe.
 *
 * @since 0.1
 */
public final class HttpApiSettings {

    private final ApiGatewayV2Client client;

    private HttpApiSettings(ApiGatewayV2Client client) {
        this.client = client;
    }

    /**
     * Sets through a client.
     *
     * @param client of the service; not closed here
     * @return the settings of its HTTP APIs
     */
    public static HttpApiSettings of(ApiGatewayV2Client client) {
        return new HttpApiSettings(Objects.requireNonNull(client, "client"));
    }

    /**
     * Names the {@code timeoutInMillis} of an integration: {@link AwsExports#apiGatewayHttp}. A stage without automatic
     * deployments has it after the next one. A policy without an attempt timeout leaves the integration as it is.
     *
     * @param apiId the API
     * @param integrationId the integration
     * @param policy its attempt timeout
     * @return the setting
     */
    public ServiceSetting integration(String apiId, String integrationId, ExportedPolicy policy) {
        ExportResult export = AwsExports.apiGatewayHttp(policy);
        String place = ServiceSetting.named("HTTP API", "apiId", apiId) + ", "
                + ServiceSetting.named("integration", "integrationId", integrationId);
        return new ServiceSetting(place, () -> {
            Integer held = client.getIntegration(r -> r.apiId(apiId).integrationId(integrationId))
                    .timeoutInMillis();
            return Held.some(
                    export,
                    "",
                    held == null ? Map.of() : Map.of("timeoutInMillis", held),
                    () -> client.updateIntegration(
                            r -> r.apiId(apiId).integrationId(integrationId).timeoutInMillis(timeout(export))));
        });
    }

    /** Asked for where the export has one: without it nothing differs. */
    private static int timeout(ExportResult export) {
        return ((Number) Objects.requireNonNull(((Map<?, ?>) export.block()).get("timeoutInMillis"))).intValue();
    }
}
