package io.forbear.retry.spring.boot;

import java.util.Map;

/**
 * What the endpoint says of all services.
 *
 * @param services by name, in order
 * @param reload the last reload
 * @since 0.1
 */
record AllServices(Map<String, ServiceDescription> services, ReloadDescription reload) {}
