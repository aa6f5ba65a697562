# Completion of helm, hivehelm and hivemind for PowerShell: the program itself is asked what may follow.

[scriptblock]$__hivehelmCompleter = {
    param($WordToComplete, $CommandAst, $CursorPosition)

    # The words up to the cursor, the last one perhaps unfinished.
    $Program = $null
    $Words = @()
    $Open = $false
    foreach ($Element in $CommandAst.CommandElements) {
        if ($Element.Extent.StartOffset -gt $CursorPosition) {
            break
        }
        $Text = $Element.Extent.Text
        $Length = $CursorPosition - $Element.Extent.StartOffset
        if ($Length -lt $Text.Length) {
            $Text = $Text.Substring(0, $Length)
        } elseif ($Element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $Text = $Element.Value
        }
        $Open = $Element.Extent.EndOffset -ge $CursorPosition
        if ($null -eq $Program) {
            $Program = $Text
        } else {
            $Words += $Text
        }
    }
    if (-not $Open) {
        $Words += ''
    }
    $Typed = $Words[-1]

    # Before 7.3, and in the legacy mode, empty arguments are lost unless they are quoted.
    $Legacy = $PSVersionTable.PSVersion -lt [version]'7.3.0'
    if (-not $Legacy -and $null -ne $PSNativeCommandArgumentPassing) {
        $Legacy = "$PSNativeCommandArgumentPassing" -eq 'Legacy'
    }
    if ($Legacy) {
        $Words = @($Words | ForEach-Object { if ($_ -eq '') { '""' } else { $_ } })
    }

    $Answer = @(& $Program '@REQUEST@' @Words 2>$null)
    if ($Answer.Count -eq 0 -or $Answer[-1] -notmatch '^:(\d+)$') {
        return
    }
    $Directive = [int]$Matches[1]
    if (($Directive -band 1) -ne 0) {
        return
    }
    # The filters of files are left to the shell, and so are files.
    if (($Directive -band 24) -ne 0) {
        return
    }

    # Candidates for the value in --flag=value do not have the flag in front; the shell wants it.
    $Before = ''
    if ($Typed -match '^(-[^=]*=)(.*)$') {
        $Before = $Matches[1]
        $Typed = $Matches[2]
    }
    $Space = if (($Directive -band 2) -ne 0) { '' } else { ' ' }
    $Found = @()
    for ($Index = 0; $Index -lt $Answer.Count - 1; $Index++) {
        $Line = $Answer[$Index]
        if ($Line -eq '' -or $Line.StartsWith('_activeHelp_ ')) {
            continue
        }
        $Text, $About = $Line -split "`t", 2
        if (-not $Text.StartsWith($Typed)) {
            continue
        }
        if ([string]::IsNullOrEmpty($About)) {
            $About = $Text
        }
        $Inserted = $Before + $Text
        if ($Inserted -match '[\s''"`$(){};,|&<>@#]') {
            $Inserted = "'" + $Inserted.Replace("'", "''") + "'"
        }
        $Found += [System.Management.Automation.CompletionResult]::new(
            $Inserted + $Space, $Text, [System.Management.Automation.CompletionResultType]::ParameterValue, $About
        )
    }
    if ($Found.Count -eq 0 -and ($Directive -band 4) -ne 0) {
        # Something must be offered, or the shell offers files.
        return ''
    }
    if (($Directive -band 32) -eq 0) {
        $Found = @($Found | Sort-Object -Property ListItemText)
    }
    return $Found
}

Register-ArgumentCompleter -Native -CommandName @NAMES@ -ScriptBlock $__hivehelmCompleter
