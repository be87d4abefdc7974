namespace SmartCity.NgsiLd.Linking;

/// <summary>How much one answer may gather and show of linked Entities.</summary>
/// <param name="Entities">Linked Entities; one that is shown in several places counts as often.</param>
/// <param name="Bytes">Bytes of them as they are kept; and bytes of the whole answer where they are shown inline.</param>
public readonly record struct LinkBounds(int Entities, long Bytes)
{
    public NgsiLdError Exceeded => new(
        NgsiLdErrorKind.TooManyResults,
        $"the answer has more than {Entities} linked Entities, or more than {Bytes} bytes with them: ask for fewer Entities, or for a smaller joinLevel");
}
