package io.forbear.retry.spring.boot;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Which service a request belongs to, by the host that it goes to: what {@code forbear.http.<service>} says. Immutable.
 */
final class HttpHosts {

    private static final Pattern HOST = Pattern.compile("(?:https?://)?([\\w.-]+|\\[[0-9a-f:.]+])(:\\d{1,5})?/?");

    /** The service by {@code host:port} and by {@code host}, in lower case. */
    private final Map<String, String> services = new LinkedHashMap<>();

    private final List<String> problems = new ArrayList<>();

    HttpHosts(ConfigurableEnvironment environment) {
        for (Found found : new EnvironmentSettings(environment).hosts()) {
            for (String host : found.value().split(",", -1)) {
                add(found, host.strip().toLowerCase(Locale.ROOT));
            }
        }
    }

    private void add(Found found, String host) {
        if (!HOST.matcher(host).matches()) {
            wrong(found, host, "hosts such as orders.example.com, localhost:8081 or https://orders.example.com");
            return;
        }
        String authority = host.replaceFirst("^https?://", "").replaceFirst("/$", "");
        String other = services.putIfAbsent(authority, found.service());
        if (other != null && !other.equals(found.service())) {
            wrong(found, host, "a host of one service; it is one of " + other + " too");
        }
    }

    private void wrong(Found found, String host, String expected) {
        problems.add(found.place() + found.label() + ": " + host + " (expected: " + expected + ")");
    }

    /** Returns what is wrong, a line for each. */
    List<String> problems() {
        return problems;
    }

    boolean isEmpty() {
        return services.isEmpty();
    }

    /** Returns the service of a request; {@code null} if its host belongs to none. */
    @Nullable
    String service(URI request) {
        String host = request.getHost();
        if (host == null) {
            return null;
        }
        host = host.toLowerCase(Locale.ROOT);
        int port = request.getPort();
        if (port < 0) {
            port = "https".equalsIgnoreCase(request.getScheme()) ? 443 : 80;
        }
        String exact = services.get(host + ":" + port);
        return exact == null ? services.get(host) : exact;
    }
}
