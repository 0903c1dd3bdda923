package io.forbear.retry.lab.plan;

import java.util.List;

/** A form in which a plan leaves the lab. */
public interface PolicyExport {

    /**
     * Returns all forms.
     *
     * @return in the order of a report
     */
    static List<PolicyExport> all() {
        return List.of(new JavaExport(), new PropertiesExport(), new GrpcExport(), new AwsExport());
    }

    /**
     * Returns what the form is.
     *
     * @return a title, with what the form leaves out
     */
    String title();

    /**
     * Returns the name of a file of this form.
     *
     * @param plan what it holds
     * @return a name without a folder
     */
    String file(PolicyPlan plan);

    /**
     * Returns the plan in this form.
     *
     * @param plan the plan
     * @return the content of a file
     */
    String text(PolicyPlan plan);
}
