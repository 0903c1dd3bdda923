package io.forbear.retry.it.observe;

/**
 * Something on loopback that a Prometheus scrapes.
 *
 * @param job the name of the job
 * @param instance the label that tells its processes apart
 * @param port where it is served
 * @param path the path, {@code /metrics} as a rule
 * @param service what the series call their service, or an empty text to leave the name that they have
 */
record ScrapeTarget(String job, String instance, int port, String path, String service) {

    static ScrapeTarget of(int port) {
        return new ScrapeTarget("retries", "127.0.0.1:" + port, port, "/metrics", "");
    }

    /**
     * Returns the job as Prometheus reads it. The target has a label of its own that is named service, as the monitors
     * of Kubernetes' services give it.
     */
    String asJob() {
        String job = """
                - job_name: '%s-%s'
                  metrics_path: '%s'
                  static_configs: [{targets: ['127.0.0.1:%d'], labels: {service: the-caller, instance: '%s'}}]
                """.formatted(this.job, instance, path, port, instance);
        return service.isEmpty() ? job : job + """
                  metric_relabel_configs:
                    - {source_labels: [retry_service], regex: '.+', target_label: retry_service, replacement: '%s'}
                """.formatted(service).indent(0);
    }
}
