package io.forbear.retry.export;

/**
 * Writes a policy as the retry settings of gRPC, of proxies and of other libraries.
 *
 * <pre>{@code
 * RetryConfig config = ConfigSources.none().file(Path.of("orders.properties")).read();
 * ExportResult envoy = Exports.envoy(ExportedPolicy.of(config, "orders"));
 * Files.writeString(Path.of("orders-envoy.yaml"), envoy.text());
 * System.err.println(envoy.report());
 * }</pre>
 *
 * <p>All methods are pure.
 *
 * @since 0.1
 */
public final class Exports {

    private Exports() {}

    /**
     * Writes the service config of a gRPC channel for all of its methods.
     *
     * @param policy what is exported
     * @return a map as {@code ManagedChannelBuilder.defaultServiceConfig} takes it; the text is JSON
     */
    public static ExportResult grpc(ExportedPolicy policy) {
        return GrpcExport.export(policy, "");
    }

    /**
     * Writes the service config of a gRPC channel for the methods of one service.
     *
     * @param policy what is exported
     * @param service the full name of the service, such as {@code shop.v1.Orders}
     * @return a map as {@code ManagedChannelBuilder.defaultServiceConfig} takes it; the text is JSON
     */
    public static ExportResult grpc(ExportedPolicy policy, String service) {
        return GrpcExport.export(policy, service);
    }

    /**
     * Writes the timeout and the retry policy of a route of Envoy, and the retry budget of its cluster.
     *
     * @param policy what is exported
     * @return a map with {@code route} (fields of a {@code RouteAction}) and {@code cluster} (fields of a {@code
     *     Cluster}); the text is YAML
     */
    public static ExportResult envoy(ExportedPolicy policy) {
        return EnvoyExport.export(policy);
    }

    /**
     * Writes a rule of an {@code HTTPRoute} of the Gateway API, and a {@code XBackendTrafficPolicy} with the budget.
     *
     * @param policy what is exported; its name is that of the Kubernetes service
     * @return a list of one or two resources; the text is YAML with a document each
     */
    public static ExportResult gatewayApi(ExportedPolicy policy) {
        return GatewayApiExport.export(policy);
    }

    /**
     * Writes a {@code VirtualService} of Istio, and a {@code DestinationRule} with the budget.
     *
     * @param policy what is exported; its name is the host
     * @return a list of one or two resources; the text is YAML with a document each
     */
    public static ExportResult istio(ExportedPolicy policy) {
        return IstioExport.export(policy);
    }

    /**
     * Writes an instance of Resilience4j, for a file of Spring Boot.
     *
     * @param policy what is exported
     * @return a map; the text is YAML
     */
    public static ExportResult resilience4j(ExportedPolicy policy) {
        return Resilience4jExport.export(policy);
    }

    /**
     * Writes {@code @Retryable} of Spring Framework 7.
     *
     * @param policy what is exported
     * @return a map of the attributes of the annotation; the text is Java
     */
    public static ExportResult spring(ExportedPolicy policy) {
        return SpringExport.framework(policy);
    }

    /**
     * Writes {@code @Retryable} of Spring Retry.
     *
     * @param policy what is exported
     * @return a map of the attributes of the annotation; the text is Java
     */
    public static ExportResult springRetry(ExportedPolicy policy) {
        return SpringExport.springRetry(policy);
    }
}
