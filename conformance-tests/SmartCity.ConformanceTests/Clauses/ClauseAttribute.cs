using Xunit.Abstractions;
using Xunit.Sdk;

namespace SmartCity.ConformanceTests.Clauses;

/// <summary>The clause of ETSI GS CIM 009 V1.9.1 that a test shows: also a trait, <c>--filter Clause=5.6.1</c>.</summary>
[TraitDiscoverer("SmartCity.ConformanceTests.Clauses.ClauseDiscoverer", "SmartCity.ConformanceTests")]
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ClauseAttribute(string number) : Attribute, ITraitAttribute
{
    public string Number { get; } = number;
}

public sealed class ClauseDiscoverer : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute)
    {
        yield return new("Clause", (string)traitAttribute.GetConstructorArguments().Single());
    }
}
