using FluentValidation;
using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Cities;

internal sealed class ValueRuleValidator : AbstractValidator<ValueRule>
{
    internal static readonly ValueRuleValidator Instance = new();

    private ValueRuleValidator()
    {
        RuleFor(r => r.Round).InclusiveBetween(0, 15).When(r => r.Round is not null)
            .WithMessage("'round' is not between 0 and 15 digits");
        RuleFor(r => r.Scale).NotEqual(0).WithMessage("'scale' is 0: every value would become the same");
        RuleFor(r => r.Split).NotEqual("").WithMessage("'split' is empty");
        RuleFor(r => r.Scale).Must((r, scale) => scale == 1 || IsNumeric(r)).WithMessage("'scale' needs a number");
        RuleFor(r => r.Offset).Must((r, offset) => offset == 0 || IsNumeric(r)).WithMessage("'offset' needs a number");
        RuleFor(r => r.Map).Must((r, map) => map is null || !r.IsConstant).WithMessage("'map' has no use with a constant 'value'");
    }

    private static bool IsNumeric(ValueRule rule) => rule.As is ValueForm.Number or ValueForm.Integer;
}
