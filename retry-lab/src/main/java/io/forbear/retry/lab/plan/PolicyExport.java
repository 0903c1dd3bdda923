package io.forbear.retry.lab.plan;

import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.export.ExportResult;
import io.forbear.retry.export.ExportTarget;
import io.forbear.retry.export.ExportedPolicy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A form in which a plan leaves the lab.
 *
 * @param title what the form is
 * @param fileName gives the name of a file of this form, without a folder
 * @param content gives the content of that file
 */
public record PolicyExport(String title, Function<PolicyPlan, String> fileName, Function<PolicyPlan, String> content) {

    /** Returns a form that is Java, text configuration, or made by the exports. */
    private static PolicyExport of(String title, String file, ExportTarget target) {
        return new PolicyExport(
                title, plan -> file, plan -> exported(plan, target).text());
    }

    /**
     * Returns all forms.
     *
     * @return in the order of a report
     */
    public static List<PolicyExport> all() {
        return List.of(
                new PolicyExport("Java", plan -> plan.policy().javaClass() + ".java", plan -> plan.policy()
                        .java()),
                new PolicyExport(
                        "Properties, for RetryRegistry and for --policy of storm, simulate and sweep",
                        plan -> "plan.properties",
                        plan -> plan.policy().properties()),
                of(
                        "gRPC service config (no attempt timeout, no breaker; at most 5 attempts)",
                        "grpc-service-config.json",
                        ExportTarget.GRPC),
                of("AWS SDK for Java 2 (the quota is its own; no breaker)", "aws-sdk.txt", ExportTarget.AWS_SDK));
    }

    /** Returns a plan for a target; retry-lab export knows more of them, and tells what is lost. */
    static ExportResult exported(PolicyPlan plan, ExportTarget target) {
        Map<String, String> settings = new TreeMap<>(plan.policy().settings());
        String service = plan.request().service();
        return target.export(ExportedPolicy.of(RetryConfig.of(settings), service));
    }

    /**
     * Returns the name of a file of this form.
     *
     * @param plan what it holds
     * @return a name without a folder
     */
    public String file(PolicyPlan plan) {
        return fileName.apply(plan);
    }

    /**
     * Returns the plan in this form.
     *
     * @param plan the plan
     * @return the content of a file
     */
    public String text(PolicyPlan plan) {
        return content.apply(plan);
    }
}
