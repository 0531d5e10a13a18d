/*
 * What is counted of money: charges and refunds as they move in the books, each move once.
 */
#ifndef PAY_METRIC_H
#define PAY_METRIC_H

#include "processor/processor.h"

/** pay_metric_declare(): Before metric_share(). */
void	pay_metric_declare(void);

/**
 * pay_metric_charge(processor, result, contradicted), pay_metric_refund(…):
 * The books moved by ${result}, or had ended the other way.
 */
void	pay_metric_charge(const struct processor *, const struct processor_result *, bool);
void	pay_metric_refund(const struct processor *, const struct processor_result *, bool);

#endif /* !PAY_METRIC_H */
