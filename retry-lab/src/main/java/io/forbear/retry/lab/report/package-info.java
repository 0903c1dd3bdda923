/**
 * What a run leaves behind: figures as JSON, a report as one HTML file, a chart as SVG, a table for the console. {@link
 * io.forbear.retry.lab.report.Reports} is the door. Report and chart are drawn from the JSON, never from anything else.
 */
@NullMarked
package io.forbear.retry.lab.report;

import org.jspecify.annotations.NullMarked;
