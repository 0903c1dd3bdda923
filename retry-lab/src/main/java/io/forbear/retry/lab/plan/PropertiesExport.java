package io.forbear.retry.lab.plan;

import io.forbear.retry.Criticality;
import java.util.Locale;
import java.util.stream.Collectors;

/** The keys that a registry reads; also what --policy of the other commands takes. */
final class PropertiesExport implements PolicyExport {

    @Override
    public String title() {
        return "Properties, for RetryRegistry and for --policy of storm, simulate and sweep";
    }

    @Override
    public String file(PolicyPlan plan) {
        return "plan.properties";
    }

    @Override
    public String text(PolicyPlan plan) {
        Criticality criticality = plan.request().criticality();
        String head = criticality == Criticality.NORMAL
                ? ""
                : "# no key says that calls are " + criticality.name().toLowerCase(Locale.ROOT)
                        + ": mark them by CallOptions.criticality\n";
        return head
                + plan.settings().entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
                        .collect(Collectors.joining());
    }
}
