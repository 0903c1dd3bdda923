package io.forbear.retry.export;

import java.util.Locale;

/** The name of a service as the name of a resource of Kubernetes (RFC 1123, a label). */
final class KubernetesName {

    private static final int MOST = 63;

    private KubernetesName() {}

    static String of(String name, Losses losses) {
        String text =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-").replaceAll("^-+|-+$", "");
        String cut = text.length() > MOST ? text.substring(0, MOST).replaceAll("-+$", "") : text;
        String label = cut.isEmpty() ? "service" : cut;
        if (!label.equals(name)) {
            losses.lossy("name: " + name, "names of Kubernetes are lower case with hyphens, " + label);
        }
        return label;
    }
}
