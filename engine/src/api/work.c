/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "api/api.h"
#include "pipeline/pipeline.h"

bool ebru_estimate(const ebru_model *model, const ebru_request *req, ebru_cost *cost,
                   ebru_error *err)
{
    struct task t;

    *cost = (ebru_cost){ 0 };
    if (!params_check(req, err) || !task_plan(&t, &model->model, req, false, err))
        return false;
    *cost = (ebru_cost){ t.bytes, t.run.work_total };
    task_clear(&t);
    return true;
}

bool ebru_generate(const ebru_model *model, const ebru_request *req, const ebru_watch *watch,
                   ebru_result *out, ebru_error *err)
{
    struct task t;

    *out = (ebru_result){ 0 };
    if (!params_check(req, err) || !task_plan(&t, &model->model, req, watch && watch->preview, err))
        return false;
    const bool ok = task_run(&t, watch, out, err);
    task_clear(&t);
    return ok;
}
