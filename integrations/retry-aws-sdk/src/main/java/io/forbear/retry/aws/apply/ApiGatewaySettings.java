package io.forbear.retry.aws.apply;

import io.forbear.retry.export.AwsExports;
import io.forbear.retry.export.ExportResult;
import io.forbear.retry.export.ExportedPolicy;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.apigateway.model.Op;
import software.amazon.awssdk.services.apigateway.model.PatchOperation;

/**
 * The timeout of integrations of REST APIs of API Gateway, by a policy. Thread-safe.
 *
 * @since 0.1
 */
public final class ApiGatewaySettings {

    private final ApiGatewayClient client;

    private ApiGatewaySettings(ApiGatewayClient client) {
        this.client = client;
    }

    /**
     * Sets through a client.
     *
     * @param client of the service; not closed here
     * @return the settings of its REST APIs
     */
    public static ApiGatewaySettings of(ApiGatewayClient client) {
        return new ApiGatewaySettings(Objects.requireNonNull(client, "client"));
    }

    /**
     * Names the {@code timeoutInMillis} of an integration: {@link AwsExports#apiGateway}. A stage has it after the next
     * deployment of the API. A policy without an attempt timeout leaves the integration as it is.
     *
     * @param restApiId the API
     * @param resourceId the resource
     * @param httpMethod the method, such as {@code GET} or {@code ANY}
     * @param policy its attempt timeout
     * @return the setting
     */
    public ServiceSetting integration(String restApiId, String resourceId, String httpMethod, ExportedPolicy policy) {
        ExportResult export = AwsExports.apiGateway(policy);
        String place = ServiceSetting.named("REST API", "restApiId", restApiId) + ", "
                + ServiceSetting.named("resource", "resourceId", resourceId) + ", "
                + ServiceSetting.named("method", "httpMethod", httpMethod);
        return new ServiceSetting(place, () -> {
            Integer held = client.getIntegration(
                            r -> r.restApiId(restApiId).resourceId(resourceId).httpMethod(httpMethod))
                    .timeoutInMillis();
            return Held.some(
                    export,
                    "",
                    held == null ? Map.of() : Map.of("timeoutInMillis", held),
                    () -> client.updateIntegration(r -> r.restApiId(restApiId)
                            .resourceId(resourceId)
                            .httpMethod(httpMethod)
                            .patchOperations(PatchOperation.builder()
                                    .op(Op.REPLACE)
                                    .path("/timeoutInMillis")
                                    .value(String.valueOf(((Map<?, ?>) export.block()).get("timeoutInMillis")))
                                    .build())));
        });
    }
}
